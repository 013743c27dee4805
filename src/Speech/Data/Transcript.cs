namespace Kouyin.Speech.Data;

/// <summary>How a corpus writes what is said.</summary>
public enum TranscriptKind
{
    /// <summary>Pinyin syllables with tone digits, and marks for stops.</summary>
    Pinyin,

    /// <summary>The lab log's 198 phones, <c>sil</c> among them.</summary>
    Phones,

    /// <summary>Chinese or English as people write it, which the front end reads.</summary>
    Text,
}

/// <summary>What is said in an utterance, as its corpus writes it.</summary>
/// <param name="Kind">How.</param>
/// <param name="Words">Pinyin and <c>, ; . ! ?</c>, or phones, one by one; empty for text.</param>
/// <param name="Text">In characters, for people and for the front end; empty where the corpus has none.</param>
public sealed record Transcript(TranscriptKind Kind, IReadOnlyList<string> Words, string Text)
{
    /// <summary>In AISHELL-3's labels, the end of a phrase, where there may be a pause.</summary>
    public const string Phrase = "%";

    /// <summary>In AISHELL-3's labels, the end of a sentence.</summary>
    public const string Sentence = "$";

    /// <summary>How long each of <see cref="Words"/> lasts, in seconds; empty where the corpus does not say.</summary>
    public IReadOnlyList<double> WordSeconds { get; init; } = [];
}
