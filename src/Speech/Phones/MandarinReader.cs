using Kouyin.Speech.Text;

namespace Kouyin.Speech.Phones;

/// <summary>Chinese characters as syllables: words first, then single characters by their context.</summary>
internal sealed class MandarinReader(Lexicon lexicon)
{
    private readonly Segmenter _segmenter = new(lexicon);

    /// <summary>Reads a stretch of Chinese characters.</summary>
    /// <param name="spoken">The text that holds it.</param>
    /// <param name="start">Its first code unit.</param>
    /// <param name="length">Its code units.</param>
    /// <param name="user">The user's own words, or null.</param>
    /// <param name="tokens">Where its syllables go.</param>
    public void Read(SpokenText spoken, int start, int length, UserLexicon? user, List<Token> tokens)
    {
        string text = spoken.Text;
        ReadOnlySpan<char> stretch = text.AsSpan(start, length);
        int word = tokens.Count > 0 ? tokens[^1].Word + 1 : 0;
        int first = tokens.Count;
        foreach (Word found in _segmenter.Segment(stretch, user))
            AddWord(found, word++);
        Polyphones.Apply(tokens, first);
        Erhua.Merge(tokens, first);

        void AddWord(Word found, int index)
        {
            ReadOnlySpan<ushort> reading = found.Node > 0 ? lexicon.Reading(found.Node, found.Length) : default;
            for (int i = 0; i < found.Length; i++)
            {
                int at = start + found.Start + i;
                int units = char.IsHighSurrogate(text[at]) && i + 1 < found.Length ? 2 : 1;
                Pinyin pinyin = found.Node < -1 ? user!.Reading(-2 - found.Node)[i]
                    : reading.Length > 0 ? Pinyin.FromCode(reading[i])
                    : lexicon.CharReading(Characters.At(text, at, out _).Value);
                tokens.Add(new()
                {
                    Kind = pinyin.IsNone ? TokenKind.Unvoiced : TokenKind.Syllable,
                    Text = text.Substring(at, units),
                    Start = spoken.Starts[at],
                    End = spoken.Ends[at + units - 1],
                    Lexical = pinyin,
                    Word = index,
                    Rule = found.Node < -1 ? "user" : found.Length > 1 ? "word" : "character",
                });
                i += units - 1;
            }
        }
    }
}
