namespace Kouyin.Speech.Evaluation.Compare;

/// <summary>A contender beside the one that all are compared with.</summary>
/// <param name="Score">What it scores; null where it said nothing of the kind.</param>
/// <param name="Difference">From the reference; null for that itself, and where the two said nothing alike.</param>
public sealed record ComparedScore(ContenderScore? Score, Difference? Difference);

/// <summary>Contenders side by side, in every measure, in the speakers' own accents and in the others.</summary>
public sealed class Comparison
{
    private readonly Dictionary<(Contender, ComparedMeasure, bool), ComparedScore> _scores = [];

    /// <summary>Compares.</summary>
    /// <param name="contenders">At least one.</param>
    /// <param name="reference">The one of them that all are compared with.</param>
    public Comparison(IReadOnlyList<Contender> contenders, Contender reference)
    {
        (Contenders, Reference) = (contenders, reference);
        foreach (Contender contender in contenders)
        {
            foreach (ComparedMeasure measure in ComparedMeasure.All)
            {
                foreach (bool cross in (bool[])[false, true])
                {
                    _scores[(contender, measure, cross)] = new(
                        ContenderScore.Of(contender, measure, cross),
                        contender == reference ? null : Difference.Between(contender, reference, measure, cross));
                }
            }
        }
    }

    /// <summary>Who is compared.</summary>
    public IReadOnlyList<Contender> Contenders { get; }

    /// <summary>With whom.</summary>
    public Contender Reference { get; }

    /// <summary>What was found of one in one measure.</summary>
    public ComparedScore Of(Contender contender, ComparedMeasure measure, bool cross) =>
        _scores[(contender, measure, cross)];

    /// <summary>Those that said something in accents that are not the speakers' own, or in those that are.</summary>
    public IReadOnlyList<Contender> WhoSpoke(bool cross) =>
    [
        .. Contenders.Where(contender =>
            ComparedMeasure.All.Any(measure => Of(contender, measure, cross).Score is not null)),
    ];

    /// <summary>Whether the grid on which a contender is judged is that of accents not the speakers' own.</summary>
    public bool IsJudgedAcross(Contender contender) => contender.HasCross && Reference.HasCross;

    /// <summary>
    /// What is measured of a contender, in words: what is certainly better or worse than the reference's.
    /// </summary>
    public string Verdict(Contender contender)
    {
        if (contender == Reference)
            return "the others are held against it";
        bool cross = IsJudgedAcross(contender);
        var found = Main.Select(part => (part.Name, Change: Change(contender, part.Measure, cross))).ToArray();
        if (found.All(part => part.Change is null))
            return "said nothing that both said";
        string words = string.Join(", ", found.GroupBy(part => part.Change).Where(group => group.Key is not null)
            .OrderByDescending(group => group.Key)
            .Select(group => $"{string.Join(" and ", group.Select(part => part.Name))} {Word(group.Key!.Value)}"));
        return Beats(contender) ? $"beats {Reference.Name}: {words}" : words;
    }

    /// <summary>
    /// Whether accent and timbre are both certainly better in accents that are not the speakers' own, and words and
    /// tempo not certainly worse.
    /// </summary>
    public bool Beats(Contender contender) => contender != Reference && IsJudgedAcross(contender)
        && Change(contender, ComparedMeasure.Accent, true) > 0 && Change(contender, ComparedMeasure.Timbre, true) > 0
        && Change(contender, ComparedMeasure.Words, true) >= 0 && Change(contender, ComparedMeasure.Pace, true) >= 0;

    private static (string Name, ComparedMeasure Measure)[] Main =>
    [
        ("accent", ComparedMeasure.Accent), ("timbre", ComparedMeasure.Timbre), ("words", ComparedMeasure.Words),
        ("tempo", ComparedMeasure.Pace),
    ];

    /// <summary>1 where certainly better, -1 where certainly worse, 0 between; null where not comparable.</summary>
    private int? Change(Contender contender, ComparedMeasure measure, bool cross) =>
        Of(contender, measure, cross).Difference is not { } difference ? null
        : !difference.IsCertain ? 0
        : difference.Value.Value > 0 == (measure.HigherIsBetter ?? true) ? 1 : -1;

    private static string Word(int change) => change > 0 ? "better" : change < 0 ? "worse" : "the same";
}
