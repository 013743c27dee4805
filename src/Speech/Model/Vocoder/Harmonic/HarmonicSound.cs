using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>Excitation and filters to sound: the inverse STFT at the end of the harmonic vocoder.</summary>
/// <param name="mel">Its window and hop are those of the transform.</param>
public sealed class HarmonicSound(MelConfig mel)
{
    // Of a magnitude's logarithm: far louder than full scale, and still finite.
    private const double LoudestGain = 3, QuietestGain = -16;

    private readonly ShortTimeFourier _transform = new(mel.FftSize, mel.HopSamples);

    /// <summary>Shapes the excitation.</summary>
    /// <param name="filter">Of T frames.</param>
    /// <param name="pulses">[B, N], N = (T - 1) hop + size: <see cref="MelConfig.ReachSamples"/> more on each side than
    /// the frames' hops.</param>
    /// <param name="noise">[B, N].</param>
    /// <returns>[B, N]; less than size samples at each end are not whole.</returns>
    public Tensor Shape(FrameFilter filter, Tensor pulses, Tensor noise)
    {
        Spectrum tone = _transform.Forward(pulses), hiss = _transform.Forward(noise);
        Tensor loud = filter.Harmonic.Clamp(QuietestGain, LoudestGain).Exp();
        Tensor soft = filter.Noise.Clamp(QuietestGain, LoudestGain).Exp();
        Tensor real = loud * filter.Phase.Cos(), imaginary = loud * filter.Phase.Sin();
        return _transform.Inverse(new(
            tone.Real * real - tone.Imaginary * imaginary + hiss.Real * soft,
            tone.Real * imaginary + tone.Imaginary * real + hiss.Imaginary * soft));
    }
}
