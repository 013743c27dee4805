namespace Kouyin.Speech.Phones;

/// <summary>Third-tone sandhi: a third tone before another rises.</summary>
/// <remarks>
/// Inside words first (a run of three by the word's own halves), then from right to left across words. A third tone
/// stays before a syllable that has itself become a second tone, except between two one-syllable words.
/// </remarks>
internal sealed class ThirdTones(Lexicon lexicon)
{
    /// <summary>Changes the surface tones of a run without stops.</summary>
    public void Apply(ReadOnlySpan<Token> run)
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

    private void InsideWord(ReadOnlySpan<Token> word)
    {
        for (int start = 0; start < word.Length; start++)
        {
            int end = start;
            while (end < word.Length && word[end].Surface.Tone == 3)
                end++;
            for (int i = start; i + 1 < end; i++)
                if (!StaysLow(word, start, i - start, end - start))
                    Raise(word[i]);
            start = Math.Max(start, end - 1);
        }
    }

    /// <summary>Four third tones are two pairs; of three, the first stays low where the other two are a word.</summary>
    private bool StaysLow(ReadOnlySpan<Token> word, int start, int index, int length) => length switch
    {
        4 => index == 1,
        3 when index == 0 => CostOf(word, start + 1) < CostOf(word, start),
        _ => false,
    };

    /// <summary>The cost of two characters as a word.</summary>
    private float CostOf(ReadOnlySpan<Token> word, int at)
    {
        int node = lexicon.Child(0, word[at].Text[0]);
        node = node < 0 ? node : lexicon.Child(node, word[at + 1].Text[0]);
        return node < 0 || lexicon.Cost(node) == 0 ? float.PositiveInfinity : lexicon.Cost(node);
    }

    private static void Raise(Token token)
    {
        token.Surface = token.Surface.WithTone(2);
        token.Rule += " third-tone";
    }
}
