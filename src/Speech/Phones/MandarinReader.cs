using Kouyin.Speech.Text;

namespace Kouyin.Speech.Phones;

/// <summary>Chinese characters as syllables: words first, then single characters by their context.</summary>
internal sealed class MandarinReader(Lexicon lexicon)
{
    private readonly Segmenter _segmenter = new(lexicon);

    /// <summary>The rule of a reading that the text itself gives.</summary>
    public const string GivenRule = "given";

    /// <summary>The rule of a word's reading in the dictionary.</summary>
    public const string WordRule = "word";

    /// <summary>The rule of a one-character word's usual reading.</summary>
    public const string CharacterRule = "character";

    /// <summary>Reads a stretch of Chinese characters.</summary>
    /// <param name="request">What holds it.</param>
    /// <param name="start">Its first code unit.</param>
    /// <param name="length">Its code units.</param>
    /// <param name="tokens">Where its syllables go.</param>
    public void Read(SentenceReader.Request request, int start, int length, List<Token> tokens)
    {
        int word = tokens.Count > 0 ? tokens[^1].Word + 1 : 0;
        int first = tokens.Count;
        ReadOnlySpan<char> stretch = request.Spoken.Text.AsSpan(start, length);
        foreach (Word found in _segmenter.Segment(stretch, request.Options.Lexicon))
            AddWord(request, start, found, word++, tokens);
        Polyphones.Apply(tokens, first);
        Erhua.Merge(tokens, first);
    }

    private void AddWord(SentenceReader.Request request, int stretch, Word found, int index, List<Token> tokens)
    {
        SpokenText spoken = request.Spoken;
        ReadOnlySpan<ushort> reading = found.Node > 0 ? lexicon.Reading(found.Node, found.Length) : default;
        bool byUser = found.Node < -1;
        for (int i = 0; i < found.Length;)
        {
            int at = stretch + found.Start + i;
            int codePoint = Characters.At(spoken.Text, at, out int units).Value;
            bool given = request.Passage.Pinyin is { } readings && readings.ContainsKey(spoken.Starts[at]);
            Pinyin pinyin = given ? request.Passage.Pinyin![spoken.Starts[at]]
                : byUser ? request.Options.Lexicon!.Reading(-2 - found.Node)[i]
                : reading.Length > 0 ? Pinyin.FromCode(reading[i])
                : lexicon.CharReading(codePoint);
            tokens.Add(new()
            {
                Kind = pinyin.IsNone ? TokenKind.Unvoiced : TokenKind.Syllable,
                Text = spoken.Text.Substring(at, units),
                Start = spoken.Starts[at],
                End = spoken.Ends[at + units - 1],
                Lexical = pinyin,
                Word = index,
                Rule = given ? GivenRule : byUser ? "user" : found.Length > units ? WordRule : CharacterRule,
            });
            i += units;
        }
    }
}
