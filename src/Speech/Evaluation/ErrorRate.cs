namespace Kouyin.Speech.Evaluation;

/// <summary>A rate of errors with the interval that other utterances of the same kind would mostly fall into.</summary>
/// <param name="Count">The counts it comes from.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end.</param>
public sealed record ErrorRate(ErrorCount Count, double Low, double High)
{
    private const int Resamples = 1000;

    /// <summary>Errors for each token said.</summary>
    public double Rate => Ratio(Count);

    /// <summary>The rate over utterances, with a percentile bootstrap over them.</summary>
    /// <remarks>Efron, Tibshirani 1993, section 13.3.</remarks>
    /// <param name="utterances">The counts of each.</param>
    public static ErrorRate Over(IReadOnlyList<ErrorCount> utterances)
    {
        Random random = new(20261122);
        double[] rates = new double[Resamples];
        for (int k = 0; k < Resamples; k++)
        {
            ErrorCount sum = default;
            for (int n = 0; n < utterances.Count; n++)
                sum += utterances[random.Next(utterances.Count)];
            rates[k] = Ratio(sum);
        }
        Array.Sort(rates);
        ErrorCount all = utterances.Aggregate(default(ErrorCount), (a, b) => a + b);
        return new(all, rates[(int)(0.025 * Resamples)], rates[(int)(0.975 * Resamples) - 1]);
    }

    private static double Ratio(ErrorCount count) => count.Errors / (double)Math.Max(1, count.Tokens);
}
