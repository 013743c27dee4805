using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Text;

/// <summary>Readings between brackets: 行[hang2], 银行[yin2 hang2]. Any other bracket is text.</summary>
internal static class InlineReadings
{
    private const int LongestReading = 200;

    /// <summary>Adds text to a passage, taking the readings out.</summary>
    /// <param name="passage">Where it goes.</param>
    /// <param name="text">The text.</param>
    /// <param name="start">Its first code unit.</param>
    /// <param name="end">Past its last.</param>
    public static void Add(Passage passage, string text, int start, int end)
    {
        int from = passage.Text.Length;
        for (int i = start; i < end; i++)
            if (text[i] == '[' && ReadingAt(text, i, end, out int length) is Pinyin[] readings
                && passage.GiveReadings(from, readings))
                i += length - 1;
            else
                passage.Text.Append(text[i], i, i + 1);
    }

    private static Pinyin[]? ReadingAt(string text, int start, int end, out int length)
    {
        length = 0;
        ReadOnlySpan<char> rest = text.AsSpan(start + 1, Math.Min(LongestReading, end - start - 1));
        int close = rest.IndexOf(']');
        return close <= 0 || (length = close + 2) < 0 ? null : Parse(rest[..close].ToString());
    }

    /// <summary>Pinyin syllables with spaces between them, or null where one is none.</summary>
    public static Pinyin[]? Parse(string syllables)
    {
        string[] parts = syllables.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Pinyin[] readings = new Pinyin[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!Kouyin.Speech.Phones.Pinyin.TryParse(parts[i], out readings[i]))
                return null;
        return readings.Length > 0 ? readings : null;
    }
}
