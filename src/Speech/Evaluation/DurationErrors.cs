namespace Kouyin.Speech.Evaluation;

/// <summary>How much longer or shorter phones are than recorded, summed so that many utterances can be added.</summary>
/// <param name="Phones">Phones compared.</param>
/// <param name="Logs">Sum of ln (made / recorded).</param>
/// <param name="SquaredLogs">Sum of its squares.</param>
public readonly record struct DurationErrors(int Phones, double Logs, double SquaredLogs)
{
    /// <summary>Mean of ln (made / recorded): below 0 where speech is too fast.</summary>
    public double Bias => Phones > 0 ? Logs / Phones : 0;

    /// <summary>Root mean square of ln (made / recorded).</summary>
    public double RootMeanSquare => Phones > 0 ? Math.Sqrt(SquaredLogs / Phones) : 0;

    /// <summary>Compares phone by phone.</summary>
    /// <param name="recorded">Lengths, above 0, in any unit.</param>
    /// <param name="made">As many, in the same unit.</param>
    public static DurationErrors Between(IReadOnlyList<double> recorded, IReadOnlyList<double> made)
    {
        DurationErrors errors = default;
        for (int k = 0; k < recorded.Count; k++)
        {
            double log = Math.Log(made[k] / recorded[k]);
            errors += new DurationErrors(1, log, log * log);
        }
        return errors;
    }

    /// <summary>Both together.</summary>
    public static DurationErrors operator +(DurationErrors a, DurationErrors b) =>
        new(a.Phones + b.Phones, a.Logs + b.Logs, a.SquaredLogs + b.SquaredLogs);
}
