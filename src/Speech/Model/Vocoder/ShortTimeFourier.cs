using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>Real and imaginary parts of spectra, [B, T, K] each.</summary>
public sealed record Spectrum(Tensor Real, Tensor Imaginary)
{
    /// <summary>Magnitudes, [B, T, K], never quite 0 so that their logarithm and its gradient are finite.</summary>
    /// <param name="powerOffset">What is added to the power.</param>
    public Tensor Magnitude(double powerOffset) => (Real.Square() + Imaginary.Square() + powerOffset).Sqrt();
}

/// <summary>The short-time Fourier transform and its inverse, through which gradients flow.</summary>
/// <remarks>The window is a periodic Hann's, for both; the inverse of Griffin and Lim 1984, equation 6.</remarks>
public sealed class ShortTimeFourier
{
    private static readonly Operator UnfoldOp = new("aten::unfold");
    private static readonly Operator ForwardOp = new("aten::fft_rfft");
    private static readonly Operator InverseOp = new("aten::fft_irfft");
    private static readonly Operator ToRealOp = new("aten::view_as_real");
    private static readonly Operator ToComplexOp = new("aten::view_as_complex");

    private readonly int _size, _hop, _bins;
    private readonly float[] _window;

    /// <summary>Prepares a window.</summary>
    /// <param name="size">Samples of a window, a multiple of four hops for the inverse.</param>
    /// <param name="hop">Samples between windows.</param>
    /// <param name="bins">Only so many of the lowest bins are told, K, and the others taken for 0; null: all.</param>
    public ShortTimeFourier(int size, int hop, int? bins = null)
    {
        (_size, _hop, _bins) = (size, hop, bins ?? size / 2 + 1);
        _window = Array.ConvertAll(MelSpectrogram.HannWindow(size), sample => (float)sample);
    }

    /// <summary>Spectra of windows that lie wholly inside the signal.</summary>
    /// <param name="signal">[B, N].</param>
    /// <returns>T = (N - size) / hop + 1 frames.</returns>
    public Spectrum Forward(Tensor signal)
    {
        Tensor frames = UnfoldOp.Call(signal, 1, _size, _hop) * Window(signal.Device); // [B, T, size]
        Tensor parts = ToRealOp.Call(ForwardOp.Call(frames).Slice(2, 0, _bins));
        return new(parts.Select(3, 0), parts.Select(3, 1));
    }

    /// <summary>The signal whose spectra are nearest.</summary>
    /// <param name="spectrum">[B, T, K].</param>
    /// <returns>[B, (T - 1) hop + size]; less than size samples at each end are not whole.</returns>
    public Tensor Inverse(Spectrum spectrum)
    {
        Tensor parts = Tensor.Stack(3, spectrum.Real, spectrum.Imaginary);
        Tensor frames = InverseOp.Call(ToComplexOp.Call(parts), _size, -1) * Window(parts.Device);
        var (batch, count, _) = frames.Sizes3("[B, T, size]");
        int overlaps = _size / _hop;
        Tensor pieces = frames.View(batch, count, overlaps, _hop);
        Tensor sum = Piece(pieces, 0, overlaps);
        for (int k = 1; k < overlaps; k++)
            sum = sum + Piece(pieces, k, overlaps);
        // Squared Hann windows that overlap four times or more add to 3/8 of their number everywhere.
        return sum.Reshape(batch, -1) / (0.375 * overlaps);
    }

    private Tensor Window(Device device) => Tensor.From<float>(_window, _size).To(device);

    private static Tensor Piece(Tensor pieces, int k, int overlaps) =>
        pieces.Select(2, k).Pad([0, 0, k, overlaps - 1 - k]); // [B, T + overlaps - 1, hop]
}
