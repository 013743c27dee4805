namespace Kouyin.Speech.Text;

/// <summary>Where sentences end.</summary>
internal static class Sentences
{
    private const string Closers = "”’」』）)】》\"'";

    /// <summary>The sentences of a text as ranges that cover it.</summary>
    public static IEnumerable<(int Start, int End)> Split(string text)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!Ends(text, i))
                continue;
            while (i + 1 < text.Length && (Ends(text, i + 1) || Closers.Contains(text[i + 1], StringComparison.Ordinal)))
                i++;
            yield return (start, i + 1);
            start = i + 1;
        }
        if (start < text.Length)
            yield return (start, text.Length);
    }

    private static bool Ends(string text, int i) => text[i] switch
    {
        '。' or '｡' or '！' or '？' or '!' or '?' or '\n' => true,
        '.' => i + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[i + 1]),
        _ => false,
    };
}
