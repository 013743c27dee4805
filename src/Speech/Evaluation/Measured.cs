namespace Kouyin.Speech.Evaluation;

/// <summary>A number with the interval that other utterances of the same kind would mostly give.</summary>
/// <param name="Value">Over all utterances.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end.</param>
public sealed record Measured(double Value, double Low, double High)
{
    /// <summary>A ratio of sums over utterances.</summary>
    /// <param name="utterances">Each one's part of the sums.</param>
    /// <param name="finish">What is done to the ratio: the square root for a root mean square.</param>
    public static Measured Ratio(
        IReadOnlyList<(double Sum, double Count)> utterances, Func<double, double>? finish = null)
    {
        double Value((double, double) all) => Of(all, finish);
        var (low, high) = Bootstrap.Interval(utterances, Add, Value);
        return new(Value(utterances.Aggregate(default((double, double)), Add)), low, high);
    }

    /// <summary>The finished ratio of sums, without an interval.</summary>
    internal static double Of((double Sum, double Count) all, Func<double, double>? finish)
    {
        double ratio = all.Count > 0 ? all.Sum / all.Count : 0;
        return finish is null ? ratio : finish(ratio);
    }

    private static (double Sum, double Count) Add((double Sum, double Count) a, (double Sum, double Count) b) =>
        (a.Sum + b.Sum, a.Count + b.Count);
}
