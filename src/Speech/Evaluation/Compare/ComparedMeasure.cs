using Kouyin.Speech.Evaluation.Clips;

namespace Kouyin.Speech.Evaluation.Compare;

/// <summary>What two voices both said, so that they may be compared in it.</summary>
/// <param name="Speaker">As whom.</param>
/// <param name="Accent">In which accent.</param>
/// <param name="Said">What; empty where a measure is of all that was said.</param>
public readonly record struct Utterance(string Speaker, string Accent, string Said);

/// <summary>One utterance's part in a measure.</summary>
/// <param name="Of">The utterance.</param>
/// <param name="IsCross">Whether the accent is not the speaker's own.</param>
/// <param name="Sum">Its part of the numerator.</param>
/// <param name="Count">Its part of the denominator, above 0.</param>
public readonly record struct UtterancePart(Utterance Of, bool IsCross, double Sum, double Count);

/// <summary>A measure in which voices are compared: a ratio of sums over utterances.</summary>
/// <param name="Name">Its name, with its unit.</param>
/// <param name="HigherIsBetter">Null where nobody can say.</param>
/// <param name="Digits">Digits after the point.</param>
/// <param name="Parts">The parts of an evaluation.</param>
/// <param name="Finish">What is done to the ratio.</param>
public sealed record ComparedMeasure(
    string Name, bool? HigherIsBetter, int Digits, Func<VoiceEvaluation, IEnumerable<UtterancePart>> Parts,
    Func<double, double>? Finish = null)
{
    /// <summary>How sure the judge is of the accent.</summary>
    public static ComparedMeasure Accent { get; } = Named("accent's probability, %", 1);

    /// <summary>How near the voice is to the speaker's recordings.</summary>
    public static ComparedMeasure Timbre { get; } = Named("speaker similarity, cosine", 3);

    /// <summary>How much of what is said is heard as something else.</summary>
    public static ComparedMeasure Words { get; } = Named("wrong initials, finals, tones, %", 1);

    /// <summary>How far the tempo is from the recordings', up or down.</summary>
    public static ComparedMeasure Pace { get; } = Named("tempo, % faster than the recording", 1) with
    {
        Name = "tempo off the recordings', %",
        HigherIsBetter = false,
        Finish = Math.Abs,
    };

    /// <summary>Whether the phones' distances are the accent's: no judge has a part in it.</summary>
    /// <remarks>Huckvale 2004, "ACCDIST".</remarks>
    public static ComparedMeasure AccentDistance { get; } = new(
        "ACCDIST margin", true, 3, evaluation => evaluation.Cells.Where(cell => double.IsFinite(cell.AccentDistance))
            .Select(cell => new UtterancePart(
                new(cell.Speaker, cell.Accent, ""),
                evaluation.Spoken.Any(clip =>
                    clip.IsCross && (clip.Speaker, clip.Accent) == (cell.Speaker, cell.Accent)),
                cell.AccentDistance, 1)));

    /// <summary>What a verdict is made of, and then everything else.</summary>
    public static IReadOnlyList<ComparedMeasure> All { get; } =
    [
        Accent, Timbre, Words, Pace, AccentDistance,
        .. Measure.All.Where(measure => new[] { Accent, Timbre, Words }.All(main => main.Name != measure.Name))
            .Select(measure => Of(measure, 2)),
    ];

    private static ComparedMeasure Named(string name, int digits) =>
        Of(Measure.All.Single(measure => measure.Name == name), digits);

    private static ComparedMeasure Of(Measure measure, int digits) => new(
        measure.Name, measure.HigherIsBetter, digits,
        evaluation => evaluation.Spoken.Select(clip => (Clip: clip, Part: measure.Part(clip)))
            .Where(pair => pair.Part.Count > 0)
            .Select(pair => new UtterancePart(
                new(pair.Clip.Speaker, pair.Clip.Accent, pair.Clip.Said), pair.Clip.IsCross, pair.Part.Sum,
                pair.Part.Count)),
        measure.Finish);
}
