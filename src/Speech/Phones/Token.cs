namespace Kouyin.Speech.Phones;

/// <summary>What a token is.</summary>
public enum TokenKind
{
    /// <summary>One Mandarin syllable: a character, or two where erhua merges 儿.</summary>
    Syllable,

    /// <summary>An English word, or a letter read by its name.</summary>
    English,

    /// <summary>A stop.</summary>
    Pause,

    /// <summary>Characters that no rule can voice; <see cref="Utterance.Unvoiced"/> reports them.</summary>
    Unvoiced,
}

/// <summary>The smallest part of an utterance that keeps its place in the text.</summary>
public sealed record Token
{
    /// <summary>What it is.</summary>
    public required TokenKind Kind { get; init; }

    /// <summary>Its characters in the normalized text.</summary>
    public required string Text { get; init; }

    /// <summary>Its first UTF-16 code unit in the text as it was given.</summary>
    public int Start { get; internal set; }

    /// <summary>Past its last UTF-16 code unit in the text as it was given.</summary>
    public int End { get; internal set; }

    /// <summary>A syllable's reading before tone sandhi.</summary>
    public Pinyin Lexical { get; internal set; }

    /// <summary>A syllable's reading as spoken.</summary>
    public Pinyin Surface { get; internal set; }

    /// <summary>An English word's phones with stress.</summary>
    public IReadOnlyList<string> Arpabet { get; internal init; } = [];

    /// <summary>What kind of stop a pause is.</summary>
    public Pause Pause { get; internal init; }

    /// <summary>How long the user wants a pause to be; null leaves it to the model.</summary>
    public double? PauseSeconds { get; internal init; }

    /// <summary>The number of the word it belongs to, in its utterance.</summary>
    public int Word { get; internal init; }

    /// <summary>Which rule chose the reading.</summary>
    public string Rule { get; internal set; } = "";

    /// <summary>Moves it to another place in the text.</summary>
    internal void Place(int start, int end) => (Start, End) = (start, end);
}

/// <summary>One phone and where it comes from.</summary>
/// <param name="Symbol">A symbol of the phone set.</param>
/// <param name="Start">First UTF-16 code unit, in the text as it was given, of the characters it voices.</param>
/// <param name="End">Past their last; equal to <paramref name="Start"/> for the silences at both ends.</param>
public readonly record struct Phone(string Symbol, int Start, int End);
