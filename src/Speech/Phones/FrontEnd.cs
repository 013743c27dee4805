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

    /// <summary>Reads a text.</summary>
    /// <param name="text">Chinese, English or both.</param>
    /// <param name="options">What the reader may choose; null for the defaults.</param>
    /// <returns>Its sentences, in order.</returns>
    public IReadOnlyList<Utterance> Read(string text, FrontEndOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= FrontEndOptions.Default;
        SpokenText spoken = Normalizer.Normalize(text, options.Language);
        List<Utterance> utterances = [];
        foreach ((int start, int end) in Sentences.Split(spoken.Text))
        {
            List<Token> tokens = _sentences.Read(spoken, start, end, options);
            if (tokens.Count > 0)
                utterances.Add(new() { Text = spoken.Text[start..end], Tokens = tokens });
        }
        return utterances;
    }
}
