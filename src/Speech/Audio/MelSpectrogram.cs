using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Kouyin.Speech.Audio;

/// <summary>Samples to log mel. One object serves any number of threads.</summary>
/// <remarks>
/// magnitude = sqrt(re^2 + im^2 + 1e-9) of a periodic Hann window, not centred; value = log(max(filters x magnitude,
/// floor)). The small constant is Grad-TTS's and HiFi-GAN's, whose mels these are to the last digit.
/// </remarks>
public sealed class MelSpectrogram
{
    private const double PowerOffset = 1e-9;

    private readonly MelFilters _filters;
    private readonly double[] _window;

    /// <summary>Prepares window and filters.</summary>
    public MelSpectrogram(MelConfig config)
    {
        Config = config;
        _filters = new(config);
        _window = HannWindow(config.FftSize);
    }

    /// <summary>The settings.</summary>
    public MelConfig Config { get; }

    /// <summary>The mel of a whole signal.</summary>
    /// <param name="samples">[N] at the configuration's rate, full scale -1 to 1.</param>
    /// <returns>[T, M], row after row; empty where the signal is too short for one frame.</returns>
    public float[] Compute(ReadOnlySpan<float> samples)
    {
        float[] mel = new float[Config.Frames(samples.Length) * Config.Bands];
        Compute(samples, mel);
        return mel;
    }

    /// <summary>The mel of a whole signal, into the caller's memory.</summary>
    /// <param name="samples">[N] at the configuration's rate, full scale -1 to 1.</param>
    /// <param name="mel">[T, M], row after row; T is <see cref="MelConfig.Frames"/> of N.</param>
    public void Compute(ReadOnlySpan<float> samples, Span<float> mel)
    {
        int frames = Config.Frames(samples.Length);
        if (mel.Length != frames * Config.Bands)
            throw new ArgumentException($"the mel should be [{frames}, {Config.Bands}], but has {mel.Length} values");
        ReadOnlySpan<float> padded = Config.ReflectPadding ? Reflect(samples, Config.PaddingSamples) : samples;
        LaneFft transform = new(Config.FftSize);
        Vector<double>[] windowed = new Vector<double>[Config.FftSize];
        Vector<double>[] real = new Vector<double>[_filters.Bins], imaginary = new Vector<double>[_filters.Bins];
        for (int first = 0; first < frames; first += LaneFft.Lanes)
        {
            int lanes = Math.Min(LaneFft.Lanes, frames - first);
            Window(padded[(first * Config.HopSamples)..], lanes, windowed);
            transform.Forward(windowed, real, imaginary);
            for (int bin = 0; bin < real.Length; bin++)
                real[bin] = Vector.SquareRoot(real[bin] * real[bin] + imaginary[bin] * imaginary[bin]
                    + new Vector<double>(PowerOffset));
            Fold(real, mel.Slice(first * Config.Bands, lanes * Config.Bands));
        }
    }

    internal static double[] HannWindow(int size)
    {
        double[] window = new double[size];
        for (int i = 0; i < size; i++)
            window[i] = 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / size);
        return window;
    }

    /// <summary>Puts windowed frame l in lane l; lanes beyond the last frame keep what they had.</summary>
    private void Window(ReadOnlySpan<float> padded, int lanes, Span<Vector<double>> windowed)
    {
        Span<double> flat = MemoryMarshal.Cast<Vector<double>, double>(windowed);
        for (int lane = 0; lane < lanes; lane++)
        {
            ReadOnlySpan<float> frame = padded.Slice(lane * Config.HopSamples, _window.Length);
            for (int i = 0; i < frame.Length; i++)
                flat[i * LaneFft.Lanes + lane] = frame[i] * _window[i];
        }
    }

    private void Fold(ReadOnlySpan<Vector<double>> magnitudes, Span<float> rows)
    {
        Debug.Assert(rows.Length % Config.Bands == 0);
        for (int band = 0; band < Config.Bands; band++)
        {
            Vector<double> sum = Vector<double>.Zero;
            ReadOnlySpan<float> weights = _filters.Weights(band);
            ReadOnlySpan<Vector<double>> touched = magnitudes.Slice(_filters.FirstBin(band), weights.Length);
            for (int i = 0; i < weights.Length; i++)
                sum += touched[i] * weights[i];
            for (int lane = 0; lane * Config.Bands < rows.Length; lane++)
            {
                float value = Math.Max((float)sum[lane], Config.Floor);
                rows[lane * Config.Bands + band] = Config.Log == MelLog.Natural ? MathF.Log(value) : MathF.Log10(value);
            }
        }
    }

    internal static float[] Reflect(ReadOnlySpan<float> samples, int padding)
    {
        if (samples.Length <= padding)
            return [];
        float[] padded = new float[samples.Length + 2 * padding];
        samples.CopyTo(padded.AsSpan(padding));
        for (int i = 1; i <= padding; i++)
        {
            padded[padding - i] = samples[i];
            padded[padding + samples.Length - 1 + i] = samples[samples.Length - 1 - i];
        }
        return padded;
    }
}
