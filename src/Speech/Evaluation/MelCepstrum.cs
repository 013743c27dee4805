using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Evaluation;

/// <summary>Mel cepstra, and how far two sounds are apart in them: mel-cepstral distortion.</summary>
/// <remarks>
/// Kubichek 1993, "Mel-cepstral distance measure", with coefficients 1 to 24 of the cosine transform of a log mel
/// over the whole band; coefficient 0, the level, is left out. ln |S(f)| = c0 + sum over m of c_m cos(m f), so that
/// 10 / ln 10 sqrt(2 sum of squared differences) is the distance of two spectra in dB.
/// </remarks>
public sealed class MelCepstrum
{
    private const int Coefficients = 24;
    private static readonly double Decibels = 10 / Math.Log(10) * Math.Sqrt(2);

    private readonly MelSpectrogram _spectrogram;
    private readonly float[] _cosines;

    /// <summary>Prepares the transform.</summary>
    /// <param name="mel">Whose rate, window and hop to use.</param>
    public MelCepstrum(MelConfig mel)
    {
        MelConfig whole = new()
        {
            SampleRate = mel.SampleRate, FftSize = mel.FftSize, HopSamples = mel.HopSamples, Bands = mel.Bands,
            LowHz = 0, HighHz = mel.SampleRate / 2.0, Floor = mel.Floor, ReflectPadding = true,
        };
        _spectrogram = new(whole);
        _cosines = new float[Coefficients * whole.Bands];
        for (int i = 0; i < _cosines.Length; i++)
        {
            (int order, int band) = (i / whole.Bands + 1, i % whole.Bands);
            _cosines[i] = (float)(2.0 / whole.Bands * Math.Cos(Math.PI * order * (band + 0.5) / whole.Bands));
        }
    }

    /// <summary>The cepstra of a sound.</summary>
    /// <param name="samples">[N].</param>
    /// <returns>[T][24].</returns>
    public float[][] Of(ReadOnlySpan<float> samples)
    {
        int bands = _spectrogram.Config.Bands;
        float[] mel = _spectrogram.Compute(samples);
        float[][] cepstra = new float[mel.Length / bands][];
        for (int frame = 0; frame < cepstra.Length; frame++)
        {
            cepstra[frame] = new float[Coefficients];
            ReadOnlySpan<float> row = mel.AsSpan(frame * bands, bands);
            for (int order = 0; order < Coefficients; order++)
            {
                float sum = 0;
                for (int band = 0; band < bands; band++)
                    sum += row[band] * _cosines[order * bands + band];
                cepstra[frame][order] = sum;
            }
        }
        return cepstra;
    }

    /// <summary>The distance of two frames in dB.</summary>
    public static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return Decibels * Math.Sqrt(sum);
    }

    /// <summary>Mean distance along the best alignment of two sounds, in dB.</summary>
    /// <param name="a">Cepstra of one.</param>
    /// <param name="b">Cepstra of the other.</param>
    public static double Distortion(float[][] a, float[][] b)
    {
        IReadOnlyList<(int First, int Second)> path = TimeWarping.Align(
            a.Length, b.Length, (i, j) => Distance(a[i], b[j]));
        return path.Average(pair => Distance(a[pair.First], b[pair.Second]));
    }
}
