using System.Buffers;

namespace Kouyin.Speech.Text;

/// <summary>Where sentences end.</summary>
internal static class Sentences
{
    private static readonly SearchValues<char> Closers = SearchValues.Create("”’」』）)】》\"'");

    private static readonly HashSet<string> Abbreviations =
        ["Mr", "Mrs", "Ms", "Dr", "St", "Prof", "Jr", "Sr", "vs", "No", "Gen", "Capt", "Lt", "Col", "Sgt", "Rev"];

    /// <summary>The sentences of a text as ranges that cover it.</summary>
    public static IEnumerable<(int Start, int End)> Split(string text)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!Ends(text, i))
                continue;
            while (i + 1 < text.Length && (Ends(text, i + 1) || Closers.Contains(text[i + 1])))
                i++;
            yield return (start, i + 1);
            start = i + 1;
        }
        if (start < text.Length)
            yield return (start, text.Length);
    }

    private static bool Ends(string text, int i) => text[i] switch
    {
        '。' or '｡' or '！' or '？' or '\n' => true,
        '!' or '?' => i + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[i + 1]),
        '.' => i + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[i + 1]) && !IsAbbreviation(text, i),
        _ => false,
    };

    /// <summary>Whether the letters before a full stop are an initial or a title: the sentence goes on.</summary>
    private static bool IsAbbreviation(string text, int stop)
    {
        const int longest = 5;
        int start = stop;
        while (start > 0 && stop - start < longest && char.IsAsciiLetter(text[start - 1]))
            start--;
        return stop - start == 1 || Abbreviations.Contains(text[start..stop]);
    }
}
