namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>A measure of what was spoken, between the best and the worst that recordings have.</summary>
/// <param name="Measure">Its name.</param>
/// <param name="Spoken">What was spoken.</param>
/// <param name="Ceiling">The recordings themselves, through the same vocoder.</param>
/// <param name="Floor">Recordings that are wrong in what this measures.</param>
public sealed record EvaluationRow(string Measure, Measured? Spoken, Measured? Ceiling, Measured? Floor);

/// <summary>One speaker in one accent.</summary>
/// <param name="Speaker">The speaker.</param>
/// <param name="Accent">The accent.</param>
/// <param name="Clips">How many were spoken.</param>
/// <param name="Recorded">How many of them are recorded too.</param>
/// <param name="Similarity">Mean cosine to the speaker's recordings.</param>
/// <param name="AccentProbability">Mean probability of the accent; NaN where nobody can judge it.</param>
/// <param name="AccentDistance">Correlation of the phones' distances with the accent's, less the best other accent's.
/// </param>
/// <param name="Contrasts">In the order of <see cref="PhoneticContrasts.Names"/>, melodies in semitones.</param>
/// <param name="RecordedContrasts">Of the recordings; empty without.</param>
public sealed record EvaluationCell(
    string Speaker, string Accent, int Clips, int Recorded, double Similarity, double AccentProbability,
    double AccentDistance, IReadOnlyList<double> Contrasts, IReadOnlyList<double> RecordedContrasts);

/// <summary>What a voice was found to do.</summary>
/// <param name="Voice">Its name.</param>
/// <param name="Rows">The measures.</param>
/// <param name="Cells">The grid of speakers and accents.</param>
/// <param name="ChannelControl">Probability of the recordings' accents, in %, as they are and through other channels:
/// where they differ, the judge hears microphones.</param>
/// <param name="Spoken">Every clip's scores.</param>
/// <param name="Copies">The recordings' copies, where a clip has a recording, in the same order as the clips.</param>
public sealed record VoiceEvaluation(
    string Voice, IReadOnlyList<EvaluationRow> Rows, IReadOnlyList<EvaluationCell> Cells,
    IReadOnlyList<Measured> ChannelControl, IReadOnlyList<ClipScores> Spoken, IReadOnlyList<ClipScores> Copies)
{
    private const int ControlledClips = 100;

    /// <summary>Judges what was spoken.</summary>
    /// <param name="voice">The voice's name.</param>
    /// <param name="judge">Knows the recordings' voices.</param>
    /// <param name="recordings">The recordings.</param>
    /// <param name="spoken">What was spoken.</param>
    /// <param name="copy">What the vocoder makes of a recording.</param>
    /// <param name="progress">Told after each clip.</param>
    public static VoiceEvaluation Of(
        string voice, ClipJudge judge, Recordings recordings, IReadOnlyList<Clip> spoken, Func<Clip, Clip> copy,
        Action<int>? progress = null)
    {
        List<ClipScores> scores = [], copies = [];
        Dictionary<Floor, List<ClipScores>> floors =
            Enum.GetValues<Floor>().ToDictionary(how => how, _ => new List<ClipScores>());
        foreach (Clip clip in spoken)
        {
            Clip? recording = recordings.Find(clip.Speaker, clip.Accent, clip.Said);
            scores.Add(judge.Judge(clip, recording));
            if (recording is not null)
                copies.Add(judge.Judge(copy(recording) with { Id = clip.Id }, recording));
            Clip right = recording ?? clip;
            foreach ((Floor how, List<ClipScores> found) in floors)
            {
                if (recordings.Wrong(right, how) is { } wrong)
                    found.Add(judge.Judge(right with { Samples = wrong.Samples }, recording));
            }
            progress?.Invoke(scores.Count);
        }
        return new(
            voice,
            [
                .. Measure.All.Select(measure => new EvaluationRow(
                    measure.Name, measure.Over(scores), measure.Over(copies), measure.Over(floors[measure.Floor]))),
            ],
            Grid(judge, recordings, spoken, scores), Control(judge, recordings), scores, copies);
    }

    private static EvaluationCell[] Grid(
        ClipJudge judge, Recordings recordings, IReadOnlyList<Clip> spoken, List<ClipScores> scores)
    {
        var tables = recordings.All.GroupBy(clip => (clip.Speaker, clip.Accent))
            .ToDictionary(cell => cell.Key, cell => judge.Distances(cell));
        return
        [
            .. spoken.Zip(scores).GroupBy(pair => (pair.First.Speaker, pair.First.Accent)).Select(cell =>
            {
                (string speaker, string accent) = cell.Key;
                IReadOnlyList<Clip> real = recordings.Of(speaker, accent);
                return new EvaluationCell(
                    speaker, accent, cell.Count(), cell.Count(pair => pair.Second.Pair is not null),
                    cell.Average(pair => pair.Second.Similarity),
                    cell.Average(pair => pair.Second.AccentProbability),
                    Margin(judge.Distances(cell.Select(pair => pair.First)), speaker, accent, tables),
                    judge.Contrasts(cell.Select(pair => pair.First)), real.Count > 0 ? judge.Contrasts(real) : []);
            }),
        ];
    }

    /// <summary>Nearness to the accent of other speakers' recordings, less that to the nearest other accent.</summary>
    private static double Margin(
        double[] table, string speaker, string accent, Dictionary<(string Speaker, string Accent), double[]> tables)
    {
        Dictionary<string, double> near = tables.Where(cell => cell.Key.Speaker != speaker)
            .GroupBy(cell => cell.Key.Accent).ToDictionary(
                group => group.Key,
                group => AccentDistances.Similarity(
                    table, AccentDistances.Mean([.. group.Select(cell => cell.Value)])));
        return near.TryGetValue(accent, out double own) && near.Count > 1
            ? own - near.Where(other => other.Key != accent).Max(other => other.Value)
            : double.NaN;
    }

    private static Measured[] Control(ClipJudge judge, Recordings recordings)
    {
        Random random = new(1);
        int every = Math.Max(1, recordings.All.Count / ControlledClips);
        (double Without, double With)[] pairs =
        [
            .. recordings.All.Where((_, k) => k % every == 0).Select(clip => judge.ChannelControl(clip, random))
                .Where(pair => double.IsFinite(pair.Without) && double.IsFinite(pair.With)),
        ];
        return pairs.Length == 0 ? [] :
        [
            Measured.Ratio([.. pairs.Select(pair => (100 * pair.Without, 1.0))]),
            Measured.Ratio([.. pairs.Select(pair => (100 * pair.With, 1.0))]),
        ];
    }
}
