using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>
/// A mel as a smooth log gain over linear frequency: what white noise of variance 1 would have to be shaped with to
/// give that mel. It is linear in the mel's logarithms: gain = weights x mel + offset.
/// </summary>
internal sealed class MelEnvelope
{
    private readonly float[] _weights, _offsets;

    /// <summary>Prepares weights and offsets.</summary>
    public MelEnvelope(MelConfig mel)
    {
        MelFilters filters = new(mel);
        Bins = filters.Bins;
        (_weights, _offsets) = (new float[mel.Bands * Bins], new float[Bins]);
        (double Centre, double Area)[] bands = [.. Enumerable.Range(0, mel.Bands).Select(b => Measure(filters, b))];
        double noise = 0;
        foreach (double sample in MelSpectrogram.HannWindow(mel.FftSize))
            noise += sample * sample;
        for (int bin = 0, above = 0; bin < Bins; bin++)
        {
            while (above < bands.Length && bands[above].Centre <= bin)
                above++;
            int high = Math.Min(above, bands.Length - 1), low = Math.Max(above - 1, 0);
            double span = bands[high].Centre - bands[low].Centre;
            double share = span > 0 ? Math.Clamp((bin - bands[low].Centre) / span, 0, 1) : 0;
            _weights[low * Bins + bin] += (float)(1 - share);
            _weights[high * Bins + bin] += (float)share;
            _offsets[bin] = (float)(-0.5 * Math.Log(noise)
                - (1 - share) * Math.Log(bands[low].Area) - share * Math.Log(bands[high].Area));
        }
    }

    /// <summary>K, frequency bins.</summary>
    public int Bins { get; }

    /// <summary>Log gains of frames.</summary>
    /// <param name="mel">[B, T, M], in natural logarithms.</param>
    /// <returns>[B, T, K].</returns>
    public Tensor Of(Tensor mel)
    {
        Tensor weights = Tensor.From<float>(_weights, mel.Size(2), Bins).To(mel.Device);
        return mel.Matmul(weights) + Tensor.From<float>(_offsets, Bins).To(mel.Device);
    }

    private static (double Centre, double Area) Measure(MelFilters filters, int band)
    {
        double area = 0, moment = 0;
        ReadOnlySpan<float> weights = filters.Weights(band);
        for (int i = 0; i < weights.Length; i++)
        {
            area += weights[i];
            moment += weights[i] * (filters.FirstBin(band) + i);
        }
        return (moment / area, area);
    }
}
