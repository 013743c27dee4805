using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>What to prepare, and how.</summary>
public sealed record PreparationOptions
{
    /// <summary>Folders in AISHELL-3's layout.</summary>
    public required IReadOnlyList<string> Corpora { get; init; }

    /// <summary>Mel settings.</summary>
    public MelConfig Mel { get; init; } = MelConfig.Natural22k;

    /// <summary>The phones that transcripts are written in.</summary>
    public PhoneSet Phones { get; init; } = PhoneSet.InitialsFinals;

    /// <summary>What is done to sounds and transcripts, and what is kept.</summary>
    public PreparationRules Rules { get; init; } = new();

    /// <summary>How many utterances to work on at once. It changes no byte of the result.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether to replace prepared data that is there already.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>What preparation does to sounds and transcripts, and what it keeps: all that decides its result beside the
/// corpora, the mel settings and the phones.</summary>
public sealed record PreparationRules
{
    /// <summary>The label file to read in each part of a corpus in AISHELL-3's layout.</summary>
    public string Labels { get; init; } = Aishell3Corpus.DefaultLabels;

    /// <summary>Seconds of silence left before and after the speech; null keeps recordings as long as they
    /// are.</summary>
    public double? MarginSeconds { get; init; } = 0.10;

    /// <summary>The level that speech is brought to, in dB of full scale; null keeps recordings as loud as they
    /// are.</summary>
    public double? LevelDb { get; init; } = -22;

    /// <summary>Whether the samples are kept beside the features, 16 bits each.</summary>
    public bool KeepAudio { get; init; }

    /// <summary>Speakers to leave out altogether.</summary>
    public IReadOnlyList<string> ExcludedSpeakers { get; init; } = [];
}
