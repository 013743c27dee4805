namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>How a clip differs from the recording of the same words, speaker and accent.</summary>
/// <param name="Distortion">Mel-cepstral distortion along the best alignment, in dB.</param>
/// <param name="Pitch">Differences of pitch along it.</param>
/// <param name="PitchPairs">Sums of ln F0 along it, for their correlation.</param>
/// <param name="Disturbance">How uneven the alignment is, in frames.</param>
/// <param name="Durations">Phones' lengths against the recording's.</param>
/// <param name="RecordedRate">How fast the recording is.</param>
public sealed record PairScores(
    double Distortion, PitchErrors Pitch, PairedSums PitchPairs, double Disturbance, DurationErrors Durations,
    SpeakingRate RecordedRate);

/// <summary>What the judges and the measures make of one clip.</summary>
public sealed record ClipScores
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>Whose voice it should have.</summary>
    public required string Speaker { get; init; }

    /// <summary>The accent it should have.</summary>
    public required string Accent { get; init; }

    /// <summary>Whether that is not the speaker's own.</summary>
    public bool IsCross { get; init; }

    /// <summary>What it should say.</summary>
    public required string Said { get; init; }

    /// <summary>What was heard.</summary>
    public required string Heard { get; init; }

    /// <summary>Initials, finals and tones heard wrongly.</summary>
    public required TokenErrors Errors { get; init; }

    /// <summary>Cosine to the speaker's recordings of other words.</summary>
    public required double Similarity { get; init; }

    /// <summary>The speaker whose recordings are nearest.</summary>
    public required string Nearest { get; init; }

    /// <summary>
    /// Probability of each accent in this clip and those that are judged with it; empty where it is not the first of
    /// them, or no fold of the judge is a stranger to the speaker.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Accents { get; init; }

    /// <summary>The pitch's distribution.</summary>
    public required PitchMoments Pitch { get; init; }

    /// <summary>Syllables a second without pauses.</summary>
    public required SpeakingRate Rate { get; init; }

    /// <summary>Beside the recording; null where there is none.</summary>
    public PairScores? Pair { get; init; }

    /// <summary>Probability of the accent it should have; NaN where nobody can judge it.</summary>
    public double AccentProbability => Accents.GetValueOrDefault(Accent, double.NaN);

    /// <summary>The most probable accent; null where nobody can judge it.</summary>
    public string? HeardAccent => Accents.Count == 0 ? null : Accents.MaxBy(accent => accent.Value).Key;
}
