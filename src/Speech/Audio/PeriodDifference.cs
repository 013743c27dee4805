using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Kouyin.Speech.Audio;

/// <summary>
/// How unlike a stretch of sound is to itself a lag later: 0 where the lag is a period, about 1 where it has nothing to
/// do with one. Several stretches at once, one in each lane of a vector; an object for each thread.
/// </summary>
/// <remarks>
/// YIN's difference (de Cheveigné and Kawahara 2002, equations 6 and 7) from an autocorrelation, which is that of the
/// stretch under a Hann window over the window's own (Boersma 1993, "Accurate short-term analysis", equation 9): the
/// middle counts most, so a quickly moving pitch spoils less, and the level of the stretch does not matter.
/// </remarks>
internal sealed class PeriodDifference
{
    private readonly int _stretch, _lags;
    private readonly LaneFft _transform;
    private readonly double[] _window, _windowInverse, _differences;
    private readonly Vector<double>[] _signal, _real, _imaginary;

    /// <summary>Prepares to measure.</summary>
    /// <param name="stretchSamples">L.</param>
    /// <param name="lags">One more than the longest lag; at most L/2.</param>
    public PeriodDifference(int stretchSamples, int lags)
    {
        Debug.Assert(lags <= stretchSamples / 2); // where the window's own autocorrelation is well above 0
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(stretchSamples + lags));
        (_stretch, _lags, _transform) = (stretchSamples, lags, new(size));
        _signal = new Vector<double>[size];
        (_real, _imaginary) = (new Vector<double>[size / 2 + 1], new Vector<double>[size / 2 + 1]);
        _window = MelSpectrogram.HannWindow(stretchSamples);
        _windowInverse = new double[lags];
        for (int lag = 0; lag < lags; lag++)
            _windowInverse[lag] = 1 / WindowAutocorrelation((double)lag / stretchSamples);
        _differences = new double[LaneFft.Lanes * lags];
    }

    /// <summary>The difference of the stretch in a lane, by lag.</summary>
    /// <returns>[lags], 0 at lag 0; all 0 for silence.</returns>
    public ReadOnlySpan<double> Of(int lane) => _differences.AsSpan(lane * _lags, _lags);

    /// <summary>Measures stretches of one sound.</summary>
    /// <param name="samples">The sound; where it ends before a stretch does, silence follows.</param>
    /// <param name="starts">Where each stretch starts; at most <see cref="LaneFft.Lanes"/>.</param>
    public void Measure(ReadOnlySpan<float> samples, ReadOnlySpan<int> starts)
    {
        Fill(samples, starts);
        _transform.Forward(_signal, _real, _imaginary);
        for (int bin = 0; bin < _real.Length; bin++)
        {
            _real[bin] = _real[bin] * _real[bin] + _imaginary[bin] * _imaginary[bin];
            _imaginary[bin] = Vector<double>.Zero;
        }
        _transform.Inverse(_real, _imaginary, _signal);
        Vector<double> power = Vector.Max(_signal[0], new(1e-20));
        for (int lag = 0; lag < _lags; lag++)
        {
            Vector<double> difference = Vector<double>.One - _signal[lag] * _windowInverse[lag] / power;
            for (int lane = 0; lane < starts.Length; lane++)
                _differences[lane * _lags + lag] = difference[lane];
        }
    }

    private void Fill(ReadOnlySpan<float> samples, ReadOnlySpan<int> starts)
    {
        Array.Clear(_signal);
        Span<double> flat = MemoryMarshal.Cast<Vector<double>, double>(_signal.AsSpan());
        for (int lane = 0; lane < starts.Length; lane++)
        {
            ReadOnlySpan<float> stretch =
                samples.Slice(starts[lane], Math.Min(_stretch, samples.Length - starts[lane]));
            double sum = 0;
            foreach (float sample in stretch)
                sum += sample;
            double mean = sum / Math.Max(1, stretch.Length);
            for (int i = 0; i < stretch.Length; i++)
                flat[i * LaneFft.Lanes + lane] = (stretch[i] - mean) * _window[i];
        }
    }

    /// <summary>That of a Hann window, 1 at lag 0 (Boersma 1993, equation 8).</summary>
    /// <param name="lag">As a share of the window's length.</param>
    private static double WindowAutocorrelation(double lag) =>
        (1 - lag) * (2 + Math.Cos(2 * Math.PI * lag)) / 3 + Math.Sin(2 * Math.PI * lag) / (2 * Math.PI);
}
