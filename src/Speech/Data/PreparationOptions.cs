using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>What to prepare, and how.</summary>
public sealed record PreparationOptions
{
    /// <summary>Folders and lists, as <see cref="CorpusReader"/> takes them.</summary>
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

    /// <summary>Which pauses of the transcripts become phones.</summary>
    public PauseRule Pauses { get; init; } = PauseRule.Vad;

    /// <summary>Whether the samples are kept beside the features, 16 bits each.</summary>
    public bool KeepAudio { get; init; }

    /// <summary>The shortest sound, in seconds after cutting; never less than a frame.</summary>
    public double LeastSeconds { get; init; }

    /// <summary>The longest sound, in seconds after cutting.</summary>
    public double MostSeconds { get; init; } = 30;

    /// <summary>The faintest speech, in dB of full scale as recorded.</summary>
    public double FaintestDb { get; init; } = -60;

    /// <summary>The largest share of samples that stand at the sound's limit.</summary>
    public double MostClipped { get; init; } = 0.001;

    /// <summary>The accents to write in place of the corpora's own, by those; <see cref="DropAccent"/> leaves
    /// its utterances out.</summary>
    public IReadOnlyDictionary<string, string> Accents { get; init; } = new Dictionary<string, string>();

    /// <summary>In <see cref="Accents"/>, what leaves an accent out.</summary>
    public const string DropAccent = "drop";

    /// <summary>Speakers to leave out altogether.</summary>
    public IReadOnlyList<string> ExcludedSpeakers { get; init; } = [];

    /// <summary>Speakers to hold out altogether, for judging.</summary>
    public IReadOnlyList<string> UnseenSpeakers { get; init; } = [];

    /// <summary>Of the other speakers of each accent, the share to hold out altogether, in percent.</summary>
    public double UnseenPercent { get; init; }

    /// <summary>Where a corpus has no split of its own, the share of what is said that is held out, in
    /// percent.</summary>
    public double TestPercent { get; init; } = 5;

    /// <summary>A speaker with fewer training utterances is reported.</summary>
    public int FewUtterances { get; init; } = 20;

    /// <summary>Whether such speakers are left out.</summary>
    public bool DropFew { get; init; }
}
