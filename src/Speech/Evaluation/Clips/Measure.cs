namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>Which recordings show the worst that a measure can be.</summary>
public enum Floor
{
    /// <summary>Another speaker's recording of the same words, or of others.</summary>
    WrongSpeaker,

    /// <summary>A recording in another accent, by the same speaker where he has several.</summary>
    WrongAccent,

    /// <summary>The same speaker's recording of other words.</summary>
    WrongWords,
}

/// <summary>A number of clips that can be averaged, compared and resampled.</summary>
/// <param name="Name">For people, with its unit.</param>
/// <param name="HigherIsBetter">Its direction; null where as in the recordings is best.</param>
/// <param name="Floor">What shows its worst.</param>
/// <param name="Part">Each clip's part of the ratio; a count of 0 where it has none.</param>
/// <param name="Finish">What is done to the ratio.</param>
public sealed record Measure(
    string Name, bool? HigherIsBetter, Floor Floor, Func<ClipScores, (double Sum, double Count)> Part,
    Func<double, double>? Finish = null)
{
    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<Measure> All { get; } =
    [
        new("speaker similarity, cosine", true, Floor.WrongSpeaker, s => Number(s.Similarity)),
        new("speaker recognized, %", true, Floor.WrongSpeaker,
            s => double.IsFinite(s.Similarity) ? (s.Nearest == s.Speaker ? 100 : 0, 1) : default),
        new("accent's probability, %", true, Floor.WrongAccent, s => Number(100 * s.AccentProbability)),
        new("accent recognized, %", true, Floor.WrongAccent,
            s => s.HeardAccent is null ? default : (s.HeardAccent == s.Accent ? 100 : 0, 1)),
        new("wrong initials, finals, tones, %", false, Floor.WrongWords,
            s => (100 * s.Errors.All.Errors, s.Errors.All.Tokens)),
        new("wrong tones, %", false, Floor.WrongWords, s => (100 * s.Errors.Tones.Errors, s.Errors.Tones.Tokens)),
        new("swallowed, %", false, Floor.WrongWords, s => (100 * s.Errors.All.Deleted, s.Errors.All.Tokens)),
        new("mel-cepstral distortion, dB", false, Floor.WrongSpeaker, s => Number(s.Pair?.Distortion)),
        new("log-F0 RMSE, %", false, Floor.WrongSpeaker,
            s => (s.Pair?.Pitch.SquaredLogs ?? 0, s.Pair?.Pitch.Compared ?? 0), ratio => 100 * Math.Sqrt(ratio)),
        new("log-F0 correlation", true, Floor.WrongWords,
            s => s.Pair is { PitchPairs.Count: > 2 } pair ? (pair.PitchPairs.Correlation, 1) : default),
        new("F0 over 20 % off, %", false, Floor.WrongSpeaker,
            s => (100 * (s.Pair?.Pitch.Gross ?? 0), s.Pair?.Pitch.BothVoiced ?? 0)),
        new("voicing error, %", false, Floor.WrongWords,
            s => (100 * (s.Pair?.Pitch.VoicingErrors ?? 0), s.Pair?.Pitch.Frames ?? 0)),
        new("uneven timing, frames", false, Floor.WrongSpeaker, s => Number(s.Pair?.Disturbance)),
        new("phones' length, ln to the recording", null, Floor.WrongSpeaker,
            s => (s.Pair?.Durations.Logs ?? 0, s.Pair?.Durations.Phones ?? 0)),
        new("phones' length, RMS of ln", false, Floor.WrongSpeaker,
            s => (s.Pair?.Durations.SquaredLogs ?? 0, s.Pair?.Durations.Phones ?? 0), Math.Sqrt),
        new("tempo, % faster than the recording", null, Floor.WrongSpeaker,
            s => s.Pair is { RecordedRate.PerSecond: > 0 } pair
                ? (100 * (s.Rate.PerSecond / pair.RecordedRate.PerSecond - 1), 1) : default),
        new("F0 deviation, Hz", null, Floor.WrongSpeaker, s => (s.Pitch.Deviation, 1)),
        new("F0 skewness", null, Floor.WrongSpeaker, s => (s.Pitch.Skewness, 1)),
        new("F0 kurtosis", null, Floor.WrongSpeaker, s => (s.Pitch.Kurtosis, 1)),
    ];

    /// <summary>The measure over clips, with its interval; null where no clip has it.</summary>
    public Measured? Over(IReadOnlyList<ClipScores> clips)
    {
        (double Sum, double Count)[] parts = [.. clips.Select(Part).Where(part => part.Count > 0)];
        return parts.Length == 0 ? null : Measured.Ratio(parts, Finish);
    }

    private static (double Sum, double Count) Number(double? value) =>
        value is { } number && double.IsFinite(number) ? (number, 1) : default;
}
