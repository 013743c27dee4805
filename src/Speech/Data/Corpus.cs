namespace Kouyin.Speech.Data;

/// <summary>A speaker as a corpus describes one.</summary>
/// <param name="Name">Such as <c>SSB0005</c>.</param>
/// <param name="AgeGroup">AISHELL-3's letter, or whatever the corpus writes there.</param>
/// <param name="Gender">Such as <c>female</c>.</param>
/// <param name="Accent">Such as <c>north</c>.</param>
public sealed record CorpusSpeaker(string Name, string AgeGroup, string Gender, string Accent)
{
    /// <summary>What stands for anything that a corpus does not say.</summary>
    public const string Unknown = "unknown";

    /// <summary>A speaker of whom the corpus tells nothing but the name.</summary>
    public static CorpusSpeaker Named(string name) => new(name, Unknown, Unknown, Unknown);
}

/// <summary>A corpus on disk, whatever its layout: what a reader found. No sound file has been opened.</summary>
/// <param name="Root">The folder, or the list.</param>
/// <param name="Layout">The layout's name.</param>
/// <param name="Recordings">In the order of the corpus's own files.</param>
/// <param name="Speakers">Every speaker with an utterance, by name.</param>
public sealed record Corpus(
    string Root, string Layout, IReadOnlyList<Recording> Recordings,
    IReadOnlyDictionary<string, CorpusSpeaker> Speakers);
