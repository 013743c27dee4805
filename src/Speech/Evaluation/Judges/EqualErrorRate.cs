namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>How well pairs of the same speaker are told from pairs of two.</summary>
/// <param name="Rate">Where as many of the same are refused as of others accepted, in [0, 1].</param>
/// <param name="Threshold">The cosine from which on a pair counts as the same speaker there.</param>
public readonly record struct EqualErrorRate(double Rate, double Threshold)
{
    /// <summary>The rate of scored pairs; NaN where one kind is missing.</summary>
    /// <param name="same">Cosines of pairs by the same speaker.</param>
    /// <param name="others">Cosines of pairs by two.</param>
    public static EqualErrorRate Of(IReadOnlyCollection<double> same, IReadOnlyCollection<double> others)
    {
        if (same.Count == 0 || others.Count == 0)
            return new(double.NaN, double.NaN);
        (double Score, bool Same)[] all =
        [
            .. same.Select(score => (score, true)).Concat(others.Select(score => (score, false)))
                .OrderBy(pair => pair.Item1),
        ];
        double refused = 0, accepted = 1;
        for (int k = 0; k < all.Length; k++)
        {
            double before = refused, acceptedBefore = accepted;
            if (all[k].Same)
                refused += 1.0 / same.Count;
            else
                accepted -= 1.0 / others.Count;
            if (refused >= accepted)
                return new(Math.Min(Math.Max(refused, accepted), Math.Max(before, acceptedBefore)), all[k].Score);
        }
        return new(0, all[^1].Score);
    }
}
