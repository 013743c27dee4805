using System.Diagnostics;
using System.Numerics;

namespace Kouyin.Speech.Audio;

/// <summary>
/// The Fourier transform of several real signals at once, one in each lane of a vector, so that every step of a plain
/// radix-2 transform is a vector operation and no lane ever meets another.
/// </summary>
/// <remarks>
/// A real signal of N samples is transformed as N/2 complex ones (even samples real, odd samples imaginary).
/// Double precision, because a quiet bin beside a loud one is all rounding noise in single, and its logarithm shows it.
/// An object holds its scratch memory: one for each thread.
/// </remarks>
internal sealed class LaneFft
{
    private readonly int _half;
    private readonly int[] _reversed;
    private readonly double[] _cosines, _sines;
    private readonly Vector<double>[] _real, _imaginary;

    /// <summary>Prepares transforms of <paramref name="size"/> samples, a power of two and at least 4.</summary>
    public LaneFft(int size)
    {
        if (size < 4 || !BitOperations.IsPow2(size))
            throw new ArgumentException($"the size of a transform should be a power of two from 4 on, but is {size}");
        _half = size / 2;
        (_cosines, _sines) = (new double[_half], new double[_half]);
        for (int k = 0; k < _half; k++)
            (_sines[k], _cosines[k]) = Math.SinCos(2 * Math.PI * k / size);
        (_real, _imaginary) = (new Vector<double>[_half], new Vector<double>[_half]);
        _reversed = new int[_half];
        for (int i = 1; i < _half; i++)
            _reversed[i] = (_reversed[i >> 1] >> 1) | ((i & 1) * (_half >> 1));
    }

    /// <summary>How many signals are transformed at once.</summary>
    public static int Lanes => Vector<double>.Count;

    /// <summary>X[k] = sum over n of x[n] exp(-2 pi i k n / N).</summary>
    /// <param name="signal">[N].</param>
    /// <param name="real">[N/2 + 1].</param>
    /// <param name="imaginary">[N/2 + 1].</param>
    public void Forward(ReadOnlySpan<Vector<double>> signal, Span<Vector<double>> real, Span<Vector<double>> imaginary)
    {
        Debug.Assert(signal.Length == 2 * _half && real.Length == _half + 1 && imaginary.Length == _half + 1);
        for (int n = 0; n < _half; n++)
            (_real[_reversed[n]], _imaginary[_reversed[n]]) = (signal[2 * n], signal[2 * n + 1]);
        Transform(_real, _imaginary);

        (real[0], imaginary[0]) = (_real[0] + _imaginary[0], Vector<double>.Zero);
        (real[_half], imaginary[_half]) = (_real[0] - _imaginary[0], Vector<double>.Zero);
        for (int k = 1; k < _half; k++)
        {
            Vector<double> a = _real[k], b = _imaginary[k], c = _real[_half - k], d = _imaginary[_half - k];
            Vector<double> evenReal = (a + c) * 0.5, evenImaginary = (b - d) * 0.5;
            Vector<double> oddReal = (b + d) * 0.5, oddImaginary = (c - a) * 0.5;
            real[k] = evenReal + oddReal * _cosines[k] + oddImaginary * _sines[k];
            imaginary[k] = evenImaginary + oddImaginary * _cosines[k] - oddReal * _sines[k];
        }
    }

    /// <summary>The inverse of <see cref="Forward"/>, its scale included.</summary>
    /// <param name="real">[N/2 + 1].</param>
    /// <param name="imaginary">[N/2 + 1]; the first and the last count as 0.</param>
    /// <param name="signal">[N].</param>
    public void Inverse(
        ReadOnlySpan<Vector<double>> real, ReadOnlySpan<Vector<double>> imaginary, Span<Vector<double>> signal)
    {
        Debug.Assert(signal.Length == 2 * _half && real.Length == _half + 1 && imaginary.Length == _half + 1);
        double scale = 0.5 / _half;
        (_real[0], _imaginary[0]) = ((real[0] + real[_half]) * scale, (real[0] - real[_half]) * scale);
        for (int k = 1; k < _half; k++)
        {
            Vector<double> a = real[k], b = imaginary[k], c = real[_half - k], d = imaginary[_half - k];
            Vector<double> oddReal = (a - c) * _cosines[k] - (b + d) * _sines[k];
            Vector<double> oddImaginary = (a - c) * _sines[k] + (b + d) * _cosines[k];
            _real[_reversed[k]] = (a + c - oddImaginary) * scale;
            _imaginary[_reversed[k]] = (b - d + oddReal) * scale;
        }
        Transform(_imaginary, _real); // with the parts exchanged, the forward transform is the inverse
        for (int n = 0; n < _half; n++)
            (signal[2 * n], signal[2 * n + 1]) = (_real[n], _imaginary[n]);
    }

    /// <summary>Decimation in time, in place, from bit-reversed order.</summary>
    private void Transform(Span<Vector<double>> real, Span<Vector<double>> imaginary)
    {
        for (int width = 1; width < _half; width *= 2)
        {
            int twiddleStep = _half / width; // the tables hold angles 2 pi k / N, and N = 2 half
            for (int start = 0; start < _half; start += 2 * width)
            {
                Span<Vector<double>> lowReal = real.Slice(start, width), highReal = real.Slice(start + width, width);
                Span<Vector<double>> lowImaginary = imaginary.Slice(start, width);
                Span<Vector<double>> highImaginary = imaginary.Slice(start + width, width);
                for (int i = 0; i < lowReal.Length; i++)
                {
                    double cosine = _cosines[i * twiddleStep], sine = _sines[i * twiddleStep];
                    Vector<double> turnedReal = highReal[i] * cosine + highImaginary[i] * sine;
                    Vector<double> turnedImaginary = highImaginary[i] * cosine - highReal[i] * sine;
                    (highReal[i], lowReal[i]) = (lowReal[i] - turnedReal, lowReal[i] + turnedReal);
                    (highImaginary[i], lowImaginary[i]) =
                        (lowImaginary[i] - turnedImaginary, lowImaginary[i] + turnedImaginary);
                }
            }
        }
    }
}
