namespace Kouyin.Speech.Evaluation;

/// <summary>A rate of errors with the interval that other utterances of the same kind would mostly fall into.</summary>
/// <param name="Count">The counts it comes from.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end.</param>
public sealed record ErrorRate(ErrorCount Count, double Low, double High)
{
    /// <summary>Errors for each token said.</summary>
    public double Rate => Ratio(Count);

    /// <summary>The rate over utterances.</summary>
    /// <param name="utterances">The counts of each.</param>
    public static ErrorRate Over(IReadOnlyList<ErrorCount> utterances)
    {
        var (low, high) = Bootstrap.Interval(utterances, (a, b) => a + b, Ratio);
        return new(utterances.Aggregate(default(ErrorCount), (a, b) => a + b), low, high);
    }

    private static double Ratio(ErrorCount count) => count.Errors / (double)Math.Max(1, count.Tokens);
}
