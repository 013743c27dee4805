namespace Kouyin.Speech.Evaluation;

/// <summary>How a voice's pitch is distributed, which needs no alignment.</summary>
/// <param name="Mean">In hertz.</param>
/// <param name="Deviation">In hertz, of the frames there are.</param>
/// <param name="Skewness">Third standardized moment.</param>
/// <param name="Kurtosis">Fourth standardized moment less 3, which a normal distribution has.</param>
public readonly record struct PitchMoments(double Mean, double Deviation, double Skewness, double Kurtosis)
{
    /// <summary>The moments of the voiced frames; all 0 without any.</summary>
    /// <param name="hertz">0 where unvoiced.</param>
    public static PitchMoments Of(IEnumerable<float> hertz)
    {
        double[] voiced = [.. hertz.Where(value => value > 0).Select(value => (double)value)];
        if (voiced.Length == 0)
            return default;
        double mean = voiced.Average(), deviation = Math.Sqrt(Moment(2));
        return deviation == 0
            ? new(mean, 0, 0, 0)
            : new(mean, deviation, Moment(3) / Math.Pow(deviation, 3), Moment(4) / Math.Pow(deviation, 4) - 3);

        double Moment(int power) => voiced.Average(value => Math.Pow(value - mean, power));
    }
}
