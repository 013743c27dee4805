using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation;

/// <summary>How far a vocoder's copy of a recording is from it.</summary>
/// <param name="Spectrum">Multi-resolution STFT distance: mean log and relative linear differences of
/// magnitudes.</param>
/// <param name="Distortion">Mel-cepstral distortion in dB.</param>
/// <param name="Pitch">Differences of the pitch tracks.</param>
public sealed record CopyErrors(double Spectrum, double Distortion, PitchErrors Pitch);

/// <summary>What a vocoder alone costs: recordings to mels and back, beside the recordings.</summary>
public sealed class CopySynthesis
{
    // Yamamoto et al. 2020, table 1: these windows.
    private static readonly int[] Windows = [512, 1024, 2048];

    private readonly MelSpectrogram _spectrogram;
    private readonly MelCepstrum _cepstrum;
    private readonly PitchTracker _tracker;
    private readonly SpectralDistance _distance = new(Windows);

    /// <summary>Prepares to compare.</summary>
    /// <param name="mel">The vocoders' mels.</param>
    public CopySynthesis(MelConfig mel)
    {
        _spectrogram = new(mel);
        _cepstrum = new(mel);
        _tracker = new(mel);
    }

    /// <summary>A recording through its mel and back, as long as whole frames reach.</summary>
    /// <param name="recording">[N] at the mels' rate.</param>
    /// <param name="vocoder">Makes samples of the mel.</param>
    public float[] Copy(ReadOnlySpan<float> recording, IVocoder vocoder) =>
        vocoder.Samples(_spectrogram.Compute(recording));

    /// <summary>Compares a recording with its copy, which begins where the first frame's hop does.</summary>
    /// <param name="recording">[N].</param>
    /// <param name="copy">From <see cref="Copy"/>.</param>
    public CopyErrors Compare(ReadOnlySpan<float> recording, ReadOnlySpan<float> copy)
    {
        int first = _spectrogram.Config.FirstSample;
        int samples = Math.Min(recording.Length - first, copy.Length);
        ReadOnlySpan<float> real = recording.Slice(first, samples), made = copy[..samples];
        return new(
            Distance(real, made), MelCepstrum.Distortion(_cepstrum.Of(real), _cepstrum.Of(made)),
            PitchErrors.Between(_tracker.Compute(real), _tracker.Compute(made)));
    }

    private double Distance(ReadOnlySpan<float> real, ReadOnlySpan<float> made)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        int edge = Windows.Max(); // so that short sounds fill a window too
        Tensor Padded(ReadOnlySpan<float> x) => Tensor.From(x, 1, x.Length).Pad([edge / 2, edge / 2]);
        return SpectralDistance.Between(_distance.Of(Padded(real)), _distance.Of(Padded(made))).Item();
    }
}
