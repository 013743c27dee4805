using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>
/// Brings the low frequencies of a sound to the mel that it is made of: hiss between harmonics goes, voicing starts
/// when it should, and a pitch that wavers where the mel's does not gets steadier.
/// </summary>
/// <remarks>
/// Rounds of Griffin-Lim (Perraudin, Balazs, Sondergaard 2013, "A fast Griffin-Lim algorithm"), but from a sound that
/// is nearly right: six do what sixty do from nothing. The wanted magnitudes are the sound's own, multiplied as in
/// <see cref="MelInverse"/> until the bands are the mel's, so what lies between the bands stays the network's. Higher
/// frequencies are left alone: their bands are wide, and a mel that an acoustic model smoothed would make hiss ring.
/// </remarks>
internal sealed class MelCorrection
{
    private const int Rounds = 6, Multiplications = 2;
    private const double Momentum = 0.99, Push = Momentum / (1 + Momentum);
    private const double Strongest = 10; // of one multiplication
    private const double PowerOffset = 1e-12, LeastBand = 1e-8;

    private readonly ShortTimeFourier _transform;
    private readonly int _bins, _bands;
    private readonly float[] _fold, _spread, _share;

    /// <summary>Prepares the bands.</summary>
    /// <param name="mel">Those that sounds are made of.</param>
    public MelCorrection(MelConfig mel)
    {
        MelFilters filters = new(mel);
        float[] share = TonalShare.Of(mel);
        int free = Array.IndexOf(share, 0f);
        _bands = Enumerable.Range(0, mel.Bands).Count(band => filters.FirstBin(band) < free);
        _bins = Enumerable.Range(0, _bands).Max(band => filters.FirstBin(band) + filters.Weights(band).Length);
        _transform = new(mel.FftSize, mel.HopSamples, _bins);
        (_share, _fold, _spread) = (share[.._bins], filters.Matrix(_bins, _bands), new float[_bands * _bins]);
        for (int bin = 0; bin < _bins; bin++)
        {
            float[] weights = _fold[(bin * _bands)..((bin + 1) * _bands)];
            float sum = weights.Sum();
            if (sum == 0)
            {
                _share[bin] = 0; // no band says anything of it
                continue;
            }
            for (int band = 0; band < _bands; band++)
                _spread[band * _bins + bin] = weights[band] / sum;
        }
    }

    /// <summary>Frames on each side of a hop that its samples depend on.</summary>
    /// <param name="mel">The mels.</param>
    public static int Reach(MelConfig mel) => Rounds * (mel.FftSize / mel.HopSamples);

    /// <summary>Corrects a sound.</summary>
    /// <param name="signal">[B, N], N = (T - 1) hop + size.</param>
    /// <param name="mel">What the windows of the signal should give, natural logarithms, [B, T, M].</param>
    /// <returns>[B, N].</returns>
    public Tensor Apply(Tensor signal, Tensor mel)
    {
        Device device = mel.Device;
        Tensor target = mel.Slice(2, 0, _bands).Exp();
        Tensor fold = Tensor.From<float>(_fold, _bins, _bands).To(device);
        Tensor spread = Tensor.From<float>(_spread, _bands, _bins).To(device);
        Tensor share = Tensor.From<float>(_share, _bins).To(device);
        Spectrum? last = null;
        for (int round = 0; round < Rounds; round++)
        {
            Spectrum now = _transform.Forward(signal);
            Spectrum pushed = last is null
                ? now
                : new(now.Real - last.Real * Push, now.Imaginary - last.Imaginary * Push);
            Tensor scale = Wanted(now.Magnitude(PowerOffset)) / pushed.Magnitude(PowerOffset);
            Tensor real = pushed.Real * scale - now.Real, imaginary = pushed.Imaginary * scale - now.Imaginary;
            signal = signal + _transform.Inverse(new(real, imaginary));
            last = now;
        }
        return signal;

        Tensor Wanted(Tensor magnitudes)
        {
            for (int k = 0; k < Multiplications; k++)
            {
                Tensor factor = (target / (magnitudes.Matmul(fold) + LeastBand)).Matmul(spread);
                magnitudes = magnitudes * (share * (factor.Clamp(1 / Strongest, Strongest) - 1) + 1);
            }
            return magnitudes;
        }
    }
}
