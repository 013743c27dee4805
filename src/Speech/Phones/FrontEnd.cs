using Kouyin.Speech.Text;

namespace Kouyin.Speech.Phones;

/// <summary>Text in, sentences of syllables, English words and pauses out.</summary>
/// <remarks>Safe for concurrent use. Any text is accepted; what cannot be voiced comes back as such.</remarks>
public sealed class FrontEnd
{
    private static readonly Lazy<FrontEnd> Shared = new(() => new(Lexicon.Default));

    private readonly SentenceReader _sentences;

    private FrontEnd(Lexicon lexicon) => _sentences = new(lexicon);

    /// <summary>The front end over the dictionary beside the program.</summary>
    /// <exception cref="UserException">The dictionary is missing or of another version.</exception>
    public static FrontEnd Default => Shared.Value;

    /// <summary>
    /// Reads a text: plain, with readings in brackets (<c>行[hang2]</c>), or SSML where it starts with a speak tag.
    /// </summary>
    /// <param name="text">Chinese, English or both.</param>
    /// <param name="options">What the reader may choose; null for the defaults.</param>
    /// <returns>Its sentences, in order.</returns>
    public IReadOnlyList<Utterance> Read(string text, FrontEndOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= FrontEndOptions.Default;
        List<Utterance> utterances = [];
        foreach (Passage passage in Passages(text, options))
            Read(passage, options, utterances);
        return utterances;
    }

    private static List<Passage> Passages(string text, FrontEndOptions options)
    {
        if (Ssml.Is(text))
            return Ssml.Parse(text, options.Report ?? (_ => { }));
        Passage passage = new(Style.Default);
        InlineReadings.Add(passage, text, 0, text.Length);
        return [passage];
    }

    private void Read(Passage passage, FrontEndOptions options, List<Utterance> utterances)
    {
        SpokenText spoken = Normalizer.Normalize(passage.Text.Text, options.Language);
        SentenceReader.Request request = new(spoken, passage, options);
        foreach ((int start, int end) in Sentences.Split(spoken.Text))
        {
            List<Token> tokens = _sentences.Read(request, start, end);
            string text = spoken.Text[start..end];
            bool onlyPauses = tokens.TrueForAll(token => token.Kind == TokenKind.Pause);
            if (!onlyPauses || utterances.Count == 0)
                utterances.Add(new() { Text = text, Tokens = tokens, Style = passage.Style });
            else if (tokens.Count > 0 && !utterances[^1].EndsInPause)
                utterances[^1] = utterances[^1].With(text, tokens);
        }
        if (passage.BreakSeconds is double seconds && utterances.Count > 0)
            utterances[^1] = utterances[^1].With("", [Break(utterances[^1], seconds)]);
    }

    private static Token Break(Utterance before, double seconds)
    {
        int end = before.Tokens.Count > 0 ? before.Tokens[^1].End : 0;
        return new()
        {
            Kind = TokenKind.Pause,
            Text = "",
            Start = end,
            End = end,
            Pause = Pause.Comma,
            PauseSeconds = seconds,
            Word = before.Tokens.Count > 0 ? before.Tokens[^1].Word + 1 : 0,
        };
    }
}
