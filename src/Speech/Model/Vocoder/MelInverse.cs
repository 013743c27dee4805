using System.Numerics;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>Mel bands back to linear magnitudes: non-negative, and of the given bands again when folded.</summary>
/// <remarks>
/// Richardson-Lucy iterations from a spread-out start: s[k] *= sum over b of F[b,k] m[b] / (F s)[b], over the sum of
/// F[b,k]. They minimise the divergence of the bands, so that quiet bands count as much as loud ones, and a bin stays
/// smooth where the bands say nothing finer. Bins outside all bands stay 0.
/// </remarks>
internal sealed class MelInverse(MelFilters filters)
{
    private const double Tiny = 1e-12;

    private readonly double[] _binSums = SumOverBands(filters);

    /// <summary>Inverts frames, one in each lane.</summary>
    /// <param name="bands">[M] band magnitudes, not logarithms; overwritten.</param>
    /// <param name="magnitudes">[N/2 + 1].</param>
    /// <param name="iterations">How often to correct.</param>
    public void Solve(Span<Vector<double>> bands, Span<Vector<double>> magnitudes, int iterations)
    {
        Span<Vector<double>> ratios = new Vector<double>[bands.Length];
        Spread(bands, magnitudes);
        for (int i = 0; i < iterations; i++)
        {
            for (int band = 0; band < ratios.Length; band++)
                ratios[band] = bands[band] / Vector.Max(Fold(magnitudes, band), new Vector<double>(Tiny));
            Correct(ratios, magnitudes);
        }
    }

    /// <summary>Each band's magnitude over the area of its filter, at the bins that it touches.</summary>
    private void Spread(ReadOnlySpan<Vector<double>> bands, Span<Vector<double>> magnitudes)
    {
        magnitudes.Clear();
        for (int band = 0; band < bands.Length; band++)
        {
            ReadOnlySpan<float> weights = filters.Weights(band);
            double area = 0;
            foreach (float weight in weights)
                area += weight;
            for (int i = 0; i < weights.Length; i++)
                magnitudes[filters.FirstBin(band) + i] += bands[band] * (weights[i] / area);
        }
        for (int bin = 0; bin < magnitudes.Length; bin++)
            magnitudes[bin] = _binSums[bin] > 0 ? magnitudes[bin] / _binSums[bin] : Vector<double>.Zero;
    }

    private Vector<double> Fold(ReadOnlySpan<Vector<double>> magnitudes, int band)
    {
        Vector<double> sum = Vector<double>.Zero;
        ReadOnlySpan<float> weights = filters.Weights(band);
        ReadOnlySpan<Vector<double>> touched = magnitudes.Slice(filters.FirstBin(band), weights.Length);
        for (int i = 0; i < weights.Length; i++)
            sum += touched[i] * weights[i];
        return sum;
    }

    private void Correct(ReadOnlySpan<Vector<double>> ratios, Span<Vector<double>> magnitudes)
    {
        Span<Vector<double>> corrections = new Vector<double>[magnitudes.Length];
        for (int band = 0; band < ratios.Length; band++)
        {
            ReadOnlySpan<float> weights = filters.Weights(band);
            Span<Vector<double>> touched = corrections.Slice(filters.FirstBin(band), weights.Length);
            for (int i = 0; i < weights.Length; i++)
                touched[i] += ratios[band] * weights[i];
        }
        for (int bin = 0; bin < magnitudes.Length; bin++)
        {
            if (_binSums[bin] > 0)
                magnitudes[bin] *= corrections[bin] / _binSums[bin];
        }
    }

    private static double[] SumOverBands(MelFilters filters)
    {
        double[] sums = new double[filters.Bins];
        for (int band = 0; band < filters.Bands; band++)
        {
            ReadOnlySpan<float> weights = filters.Weights(band);
            for (int i = 0; i < weights.Length; i++)
                sums[filters.FirstBin(band) + i] += weights[i];
        }
        return sums;
    }
}
