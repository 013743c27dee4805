namespace Kouyin.Speech.Audio;

/// <summary>Triangular bands on Slaney's mel scale, each of area 1 in hertz (times 1: Slaney's norm).</summary>
/// <remarks>
/// Slaney, "Auditory Toolbox", 1998, as librosa's default: linear to 1000 Hz, then 27 steps for each factor of 6.4.
/// Only the bins that a band touches are kept, about two bands a bin.
/// </remarks>
internal sealed class MelFilters
{
    private const double LinearStepHz = 200.0 / 3, KneeHz = 1000.0;
    private static readonly double LogStep = Math.Log(6.4) / 27;

    private readonly int[] _firstBins;
    private readonly float[][] _weights;

    public MelFilters(MelConfig config)
    {
        Bins = config.FftSize / 2 + 1;
        (_firstBins, _weights) = (new int[config.Bands], new float[config.Bands][]);
        double low = ToMel(config.LowHz), high = ToMel(config.HighHz);
        double Edge(int i) => ToHz(low + (high - low) * i / (config.Bands + 1));
        for (int band = 0; band < config.Bands; band++)
            (_firstBins[band], _weights[band]) = Triangle(Edge(band), Edge(band + 1), Edge(band + 2), config);
    }

    /// <summary>Frequency bins, N/2 + 1.</summary>
    public int Bins { get; }

    /// <summary>Bands, M.</summary>
    public int Bands => _weights.Length;

    /// <summary>The weights of a band on the bins from <see cref="FirstBin"/> on; zero on all others.</summary>
    public ReadOnlySpan<float> Weights(int band) => _weights[band];

    /// <summary>The first bin that a band touches.</summary>
    public int FirstBin(int band) => _firstBins[band];

    /// <summary>The weights of the lowest bins and bands as a matrix, [bins, bands] row by row.</summary>
    /// <param name="bins">So many that the bands touch no others.</param>
    /// <param name="bands">At most <see cref="Bands"/>.</param>
    public float[] Matrix(int bins, int bands)
    {
        float[] matrix = new float[bins * bands];
        for (int band = 0; band < bands; band++)
        {
            ReadOnlySpan<float> weights = Weights(band);
            for (int i = 0; i < weights.Length; i++)
                matrix[(FirstBin(band) + i) * bands + band] = weights[i];
        }
        return matrix;
    }

    private (int FirstBin, float[] Weights) Triangle(double left, double centre, double right, MelConfig config)
    {
        List<float> weights = [];
        int first = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            double hz = (double)bin * config.SampleRate / config.FftSize;
            double height = Math.Min((hz - left) / (centre - left), (right - hz) / (right - centre));
            if (height <= 0)
                continue;
            if (weights.Count == 0)
                first = bin;
            weights.Add((float)(height * 2 / (right - left)));
        }
        return (first, [.. weights]);
    }

    private static double ToMel(double hz) =>
        hz < KneeHz ? hz / LinearStepHz : KneeHz / LinearStepHz + Math.Log(hz / KneeHz) / LogStep;

    private static double ToHz(double mel) =>
        mel < KneeHz / LinearStepHz ? mel * LinearStepHz : KneeHz * Math.Exp(LogStep * (mel - KneeHz / LinearStepHz));
}
