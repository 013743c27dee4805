namespace Kouyin.Speech.Evaluation.Corpora;

/// <summary>Counts values in bins of one width, so that any number of them takes the same room.</summary>
/// <param name="first">Where the first bin begins; smaller values count there.</param>
/// <param name="width">Width of a bin.</param>
/// <param name="bins">How many; larger values count in the last.</param>
public sealed class Histogram(double first, double width, int bins)
{
    private readonly long[] _counts = new long[bins];

    /// <summary>How many values there are.</summary>
    public long Total { get; private set; }

    /// <summary>How many values lie in each bin.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>Where a bin begins.</summary>
    public double Edge(int bin) => first + bin * width;

    /// <summary>Counts a value.</summary>
    public void Add(double value)
    {
        _counts[Math.Clamp((int)Math.Floor((value - first) / width), 0, bins - 1)]++;
        Total++;
    }

    /// <summary>The value under which a share of all values lies, as near as its bin tells; NaN of nothing.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Quantile(double share)
    {
        double wanted = share * Total;
        long below = 0;
        for (int bin = 0; bin < bins; bin++)
        {
            if (_counts[bin] > 0 && below + _counts[bin] >= wanted)
                return Edge(bin) + width * (wanted - below) / _counts[bin];
            below += _counts[bin];
        }
        return double.NaN;
    }
}
