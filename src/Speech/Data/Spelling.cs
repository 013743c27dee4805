using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>Transcripts to phones.</summary>
internal static class Spelling
{
    /// <summary>The phones of a transcript, silence at both ends.</summary>
    /// <exception cref="RefusedException">The set cannot write it.</exception>
    public static List<string> Phones(Transcript transcript, PhoneSet set)
    {
        List<string> phones = [PhoneSet.Silence];
        foreach (string word in transcript.Words)
        {
            if (!TrySpell(word, set, phones))
                throw new RefusedException(RefusalReason.UnknownPhone, $"«{word}»");
        }
        phones.Add(PhoneSet.Silence);
        return phones;
    }

    private static bool TrySpell(string word, PhoneSet set, List<string> phones)
    {
        if (Pinyin.TryParse(word, out Pinyin pinyin))
            phones.AddRange(set.Phones(pinyin));
        else if (PauseOf(word) is Pause pause and not Pause.None)
            phones.Add(set.PausePhone(pause));
        else
            return false;
        return set.Contains(phones[^1]);
    }

    private static Pause PauseOf(string word) => word switch
    {
        "," => Pause.Comma,
        ";" => Pause.Semicolon,
        "." => Pause.Period,
        "!" => Pause.Exclamation,
        "?" => Pause.Question,
        _ => Pause.None,
    };
}
