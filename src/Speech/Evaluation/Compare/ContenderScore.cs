using Kouyin.Speech.Evaluation.Clips;

namespace Kouyin.Speech.Evaluation.Compare;

/// <summary>A contender's measure.</summary>
/// <param name="Value">Over the utterances of all seeds, with its interval over utterances.</param>
/// <param name="BySeed">Of each seed alone.</param>
public sealed record ContenderScore(Measured Value, IReadOnlyList<double> BySeed)
{
    /// <summary>Measures a contender; null where it said nothing of the kind.</summary>
    /// <param name="contender">Whom.</param>
    /// <param name="measure">What.</param>
    /// <param name="cross">Whether in accents that are not the speakers' own, or in those that are.</param>
    public static ContenderScore? Of(Contender contender, ComparedMeasure measure, bool cross)
    {
        var parts = Parts(contender.Runs, measure, cross);
        return parts.Count == 0 ? null : new(
            Measured.Ratio([.. parts.Values], measure.Finish),
            [
                .. contender.Runs.Select(run => Parts([run], measure, cross).Values).Where(seed => seed.Count > 0)
                    .Select(seed => Measured.Of(
                        (seed.Sum(part => part.Sum), seed.Sum(part => part.Count)), measure.Finish)),
            ]);
    }

    /// <summary>The parts by utterance, those of the same utterance added.</summary>
    internal static Dictionary<Utterance, (double Sum, double Count)> Parts(
        IEnumerable<VoiceEvaluation> runs, ComparedMeasure measure, bool cross) =>
        runs.SelectMany(measure.Parts).Where(part => part.IsCross == cross).GroupBy(part => part.Of)
            .ToDictionary(
                group => group.Key, group => (group.Sum(part => part.Sum), group.Sum(part => part.Count)));
}
