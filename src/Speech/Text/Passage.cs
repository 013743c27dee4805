using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Text;

/// <summary>A stretch of text that is spoken in one style, and the readings that its author gave.</summary>
internal sealed class Passage(Style style)
{
    /// <summary>The characters, with their places in the text as it was given.</summary>
    public SpokenText Text { get; } = new();

    /// <summary>How to speak it.</summary>
    public Style Style { get; } = style;

    /// <summary>Given readings of characters, by position in <see cref="Text"/>; null where there are none.</summary>
    public Dictionary<int, Pinyin>? Pinyin { get; private set; }

    /// <summary>Given phones of English words, by the position in <see cref="Text"/> where they start.</summary>
    public Dictionary<int, string[]>? Arpabet { get; private set; }

    /// <summary>The silence asked for at its end, or null.</summary>
    public double? BreakSeconds { get; set; }

    /// <summary>Gives the last Chinese characters a reading; 儿 needs none where the one before it has erhua.</summary>
    /// <returns>Whether there are as many characters as syllables.</returns>
    public bool GiveReadings(int from, Pinyin[] readings)
    {
        List<(int Place, Pinyin Reading)> given = [];
        int at = Text.Length - 1;
        for (int i = readings.Length - 1; i >= 0; i--)
        {
            if (readings[i].Erhua && at > from && Text[at] == '儿')
                at--;
            if (at > from && char.IsSurrogatePair(Text[at - 1], Text[at]))
                at--;
            if (at < from || !char.IsSurrogate(Text[at]) && !Characters.IsHan(Text[at]))
                return false;
            given.Add((at--, readings[i]));
        }
        foreach ((int place, Pinyin reading) in given)
            (Pinyin ??= [])[place] = reading;
        return true;
    }

    /// <summary>Gives the English word that starts at a position its phones.</summary>
    public void GivePhones(int from, string[] phones) => (Arpabet ??= [])[from] = phones;
}
