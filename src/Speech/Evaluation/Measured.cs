namespace Kouyin.Speech.Evaluation;

/// <summary>A number with the interval that other utterances of the same kind would mostly give.</summary>
/// <param name="Value">Over all utterances.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end.</param>
public sealed record Measured(double Value, double Low, double High)
{
    private const int Resamples = 1000;

    /// <summary>A ratio of sums over utterances, with a percentile bootstrap over them.</summary>
    /// <remarks>Efron, Tibshirani 1993, section 13.3.</remarks>
    /// <param name="utterances">Each one's part of the sums.</param>
    /// <param name="finish">What is done to the ratio: the square root for a root mean square.</param>
    public static Measured Ratio(
        IReadOnlyList<(double Sum, double Count)> utterances, Func<double, double>? finish = null)
    {
        Random random = new(20261122);
        double[] values = new double[Resamples];
        for (int k = 0; k < Resamples; k++)
        {
            (double Sum, double Count) all = default;
            for (int n = 0; n < utterances.Count; n++)
                all = Add(all, utterances[random.Next(utterances.Count)]);
            values[k] = Finish(all, finish);
        }
        Array.Sort(values);
        return new(
            Finish(utterances.Aggregate(default((double, double)), Add), finish),
            values[(int)(0.025 * Resamples)], values[(int)(0.975 * Resamples) - 1]);
    }

    private static (double Sum, double Count) Add((double Sum, double Count) a, (double Sum, double Count) b) =>
        (a.Sum + b.Sum, a.Count + b.Count);

    private static double Finish((double Sum, double Count) all, Func<double, double>? finish)
    {
        double ratio = all.Count > 0 ? all.Sum / all.Count : 0;
        return finish is null ? ratio : finish(ratio);
    }
}
