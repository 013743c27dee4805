namespace Kouyin.Speech.Evaluation.Compare;

/// <summary>By how much one contender's measure is higher than another's, over what both said.</summary>
/// <param name="Value">The difference, with its interval over utterances: the same ones of both are drawn.</param>
/// <param name="Pairs">Utterances that both said.</param>
/// <param name="IsCertain">Whether the interval has not 0 in it and every pair of seeds agrees on the sign.</param>
public sealed record Difference(Measured Value, int Pairs, bool IsCertain)
{
    private readonly record struct Pair(double FirstSum, double FirstCount, double SecondSum, double SecondCount)
    {
        public static Pair operator +(Pair a, Pair b) => new(
            a.FirstSum + b.FirstSum, a.FirstCount + b.FirstCount, a.SecondSum + b.SecondSum,
            a.SecondCount + b.SecondCount);

        public double Difference(ComparedMeasure measure) =>
            Measured.Of((FirstSum, FirstCount), measure.Finish)
            - Measured.Of((SecondSum, SecondCount), measure.Finish);
    }

    /// <summary>Compares two contenders; null where there is nothing that both said.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">The other.</param>
    /// <param name="measure">In what.</param>
    /// <param name="cross">Whether in accents that are not the speakers' own, or in those that are.</param>
    public static Difference? Between(Contender first, Contender second, ComparedMeasure measure, bool cross)
    {
        int seeds = Math.Min(first.Runs.Count, second.Runs.Count);
        Dictionary<Utterance, Pair>[] bySeed =
        [
            .. Enumerable.Range(0, seeds).Select(seed => Paired(
                ContenderScore.Parts([first.Runs[seed]], measure, cross),
                ContenderScore.Parts([second.Runs[seed]], measure, cross))),
        ];
        Dictionary<Utterance, Pair> all = bySeed.SelectMany(pairs => pairs).GroupBy(pair => pair.Key)
            .ToDictionary(group => group.Key, group => group.Aggregate(default(Pair), (sum, one) => sum + one.Value));
        if (all.Count == 0)
            return null;
        double value = Sum(all.Values).Difference(measure);
        var (low, high) = Bootstrap.Interval([.. all.Values], (a, b) => a + b, sum => sum.Difference(measure));
        bool agree = bySeed.Where(pairs => pairs.Count > 0)
            .All(pairs => Math.Sign(Sum(pairs.Values).Difference(measure)) == Math.Sign(value));
        return new(new(value, low, high), all.Count, agree && (low > 0 || high < 0));
    }

    private static Dictionary<Utterance, Pair> Paired(
        Dictionary<Utterance, (double Sum, double Count)> first,
        Dictionary<Utterance, (double Sum, double Count)> second) =>
        first.Where(part => second.ContainsKey(part.Key)).ToDictionary(part => part.Key, part => new Pair(
            part.Value.Sum, part.Value.Count, second[part.Key].Sum, second[part.Key].Count));

    private static Pair Sum(IEnumerable<Pair> pairs) => pairs.Aggregate(default(Pair), (a, b) => a + b);
}
