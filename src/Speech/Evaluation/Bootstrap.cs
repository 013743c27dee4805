namespace Kouyin.Speech.Evaluation;

/// <summary>The interval of a number over utterances that others of the same kind would mostly give.</summary>
/// <remarks>A percentile bootstrap: Efron, Tibshirani 1993, section 13.3.</remarks>
internal static class Bootstrap
{
    private const int Resamples = 1000;

    /// <summary>The 95 % interval.</summary>
    /// <param name="utterances">Each one's part of the sum.</param>
    /// <param name="add">Adds two parts.</param>
    /// <param name="value">The number that a sum gives.</param>
    public static (double Low, double High) Interval<T>(
        IReadOnlyList<T> utterances, Func<T, T, T> add, Func<T, double> value)
        where T : struct
    {
        Random random = new(20261122);
        double[] values = new double[Resamples];
        for (int k = 0; k < Resamples; k++)
        {
            T sum = default;
            for (int n = 0; n < utterances.Count; n++)
                sum = add(sum, utterances[random.Next(utterances.Count)]);
            values[k] = value(sum);
        }
        Array.Sort(values);
        return (values[(int)(0.025 * Resamples)], values[(int)(0.975 * Resamples) - 1]);
    }
}
