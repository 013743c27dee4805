namespace Kouyin.Speech.Phones;

/// <summary>A word found in a text.</summary>
/// <param name="Start">Its first UTF-16 code unit.</param>
/// <param name="Length">Its UTF-16 code units.</param>
/// <param name="Node">Where it ends in the dictionary; -1 where the dictionary lacks it; -2 - i: user word i.</param>
internal readonly record struct Word(int Start, int Length, int Node);

/// <summary>Cuts Chinese characters into the most probable words, each by itself (unigram Viterbi).</summary>
/// <remarks>Linear: no word is longer than <see cref="LongestWord"/>.</remarks>
internal sealed class Segmenter(Lexicon lexicon)
{
    /// <summary>The longest word that is looked for.</summary>
    public const int LongestWord = 16;

    /// <summary>The cost of a character that is no word; dearer than any word of the dictionary.</summary>
    private const float UnknownCost = 24;

    /// <summary>The words of a stretch of Chinese characters, in order.</summary>
    public List<Word> Segment(ReadOnlySpan<char> text, UserLexicon? user)
    {
        float[] best = new float[text.Length + 1];
        Word[] last = new Word[text.Length + 1];
        best.AsSpan(1).Fill(float.PositiveInfinity);
        for (int start = 0; start < text.Length; start++)
        {
            if (float.IsPositiveInfinity(best[start]))
                continue;
            bool pair = start + 1 < text.Length && char.IsSurrogatePair(text[start], text[start + 1]);
            Offer(new(start, pair ? 2 : 1, -1), UnknownCost);
            int node = 0;
            int end = Math.Min(text.Length, start + LongestWord);
            for (int at = start; at < end && (node = lexicon.Child(node, text[at])) > 0; at++)
                if (lexicon.Cost(node) is float cost and > 0)
                    Offer(new(start, at + 1 - start, node), cost);
            if (user is not null)
                foreach ((int length, int index) in user.WordsAt(text[start..]))
                    Offer(new(start, length, -2 - index), 0);
        }
        return Path(last);

        void Offer(Word word, float cost)
        {
            int end = word.Start + word.Length;
            if (best[word.Start] + cost >= best[end])
                return;
            best[end] = best[word.Start] + cost;
            last[end] = word;
        }
    }

    private static List<Word> Path(Word[] last)
    {
        List<Word> words = [];
        for (int end = last.Length - 1; end > 0; end = last[end].Start)
            words.Add(last[end]);
        words.Reverse();
        return words;
    }
}
