namespace Kouyin.Speech.Phones;

/// <summary>Third-tone sandhi: a third tone before another rises.</summary>
/// <remarks>
/// Inside words first (a run of three by the word's own halves), then from right to left across words. A third tone
/// stays before a syllable that has itself become a second tone, except between two one-syllable words.
/// </remarks>
internal static class ThirdTones
{
    /// <summary>Changes the surface tones of a run without stops.</summary>
    public static void Apply(ReadOnlySpan<Token> run)
    {
        for (int start = 0; start < run.Length;)
        {
            int end = start + 1;
            while (end < run.Length && run[end].Word == run[start].Word)
                end++;
            InsideWord(run[start..end]);
            start = end;
        }
        for (int i = run.Length - 2; i >= 0; i--)
            if (run[i].Word != run[i + 1].Word && run[i].Surface.Tone == 3 && Rises(run, i))
                Raise(run[i]);
    }

    private static bool Rises(ReadOnlySpan<Token> run, int i)
    {
        Token next = run[i + 1];
        if (next.Surface.Tone == 3)
            return true;
        bool nextRose = next.Lexical.Tone == 3 && next.Surface.Tone == 2;
        return nextRose && IsAlone(run, i) && IsAlone(run, i + 1);
    }

    private static bool IsAlone(ReadOnlySpan<Token> run, int i) =>
        (i == 0 || run[i - 1].Word != run[i].Word) && (i + 1 == run.Length || run[i + 1].Word != run[i].Word);

    private static void InsideWord(ReadOnlySpan<Token> word)
    {
        for (int start = 0; start < word.Length; start++)
        {
            int end = start;
            while (end < word.Length && word[end].Surface.Tone == 3)
                end++;
            for (int i = start; i + 1 < end; i++)
                if (!StaysLow(i - start, end - start))
                    Raise(word[i]);
            start = Math.Max(start, end - 1);
        }
    }

    /// <summary>Four third tones are two pairs; in three, both first ones rise.</summary>
    private static bool StaysLow(int index, int length) => length == 4 && index == 1;

    private static void Raise(Token token)
    {
        token.Surface = token.Surface.WithTone(2);
        token.Rule += " third-tone";
    }
}
