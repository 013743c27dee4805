namespace Kouyin.Speech.Evaluation;

/// <summary>Sums over pairs of numbers, so that many utterances can be added before they are correlated.</summary>
/// <param name="Count">Pairs.</param>
/// <param name="X">Sum of the first.</param>
/// <param name="Y">Sum of the second.</param>
/// <param name="XX">Sum of the first squared.</param>
/// <param name="YY">Sum of the second squared.</param>
/// <param name="XY">Sum of the products.</param>
public readonly record struct PairedSums(int Count, double X, double Y, double XX, double YY, double XY)
{
    /// <summary>Pearson's correlation, in [-1, 1]; 0 where either does not vary.</summary>
    public double Correlation
    {
        get
        {
            double x = XX - X * X / Math.Max(1, Count), y = YY - Y * Y / Math.Max(1, Count);
            return x <= 1e-12 || y <= 1e-12 ? 0 : (XY - X * Y / Count) / Math.Sqrt(x * y);
        }
    }

    /// <summary>The sums of two sequences of the same length.</summary>
    public static PairedSums Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        PairedSums sums = default;
        for (int k = 0; k < first.Length; k++)
            sums = sums.With(first[k], second[k]);
        return sums;
    }

    /// <summary>The sums of ln F0 along an alignment, where both are voiced and no gross error apart.</summary>
    /// <remarks>The frames that <see cref="PitchErrors.Compared"/> counts.</remarks>
    /// <param name="recorded">Hertz, 0 where unvoiced.</param>
    /// <param name="made">Likewise.</param>
    /// <param name="path">Frames of the one and the other.</param>
    public static PairedSums OfPitch(
        ReadOnlySpan<float> recorded, ReadOnlySpan<float> made, IReadOnlyList<(int First, int Second)> path)
    {
        PairedSums sums = default;
        foreach ((int first, int second) in path)
        {
            if (PitchErrors.Comparable(recorded[first], made[second]))
                sums = sums.With(Math.Log(recorded[first]), Math.Log(made[second]));
        }
        return sums;
    }

    /// <summary>One more pair.</summary>
    public PairedSums With(double x, double y) => new(Count + 1, X + x, Y + y, XX + x * x, YY + y * y, XY + x * y);

    /// <summary>The sums of both.</summary>
    public static PairedSums operator +(PairedSums a, PairedSums b) =>
        new(a.Count + b.Count, a.X + b.X, a.Y + b.Y, a.XX + b.XX, a.YY + b.YY, a.XY + b.XY);
}
