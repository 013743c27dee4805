using Kouyin.Speech.Audio;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>What a mel says of the pitch.</summary>
/// <param name="Scores">Of the classes of <see cref="PitchScale"/>, [B, T, 144]; read them where voiced.</param>
/// <param name="Voicing">Log odds that there is a pitch, [B, T].</param>
public sealed record MelPitch(Tensor Scores, Tensor Voicing);

/// <summary>How every frame's excitation becomes its spectrum: logarithms of gains, and a phase.</summary>
/// <param name="Harmonic">Log gain of the pulses, [B, T, K].</param>
/// <param name="Phase">What is added to the pulses' phase, in radians, [B, T, K].</param>
/// <param name="Noise">Log gain of the noise, [B, T, K].</param>
public sealed record FrameFilter(Tensor Harmonic, Tensor Phase, Tensor Noise);

/// <summary>
/// The networks of the harmonic vocoder: one hears the pitch in a mel, one decides how a train of pulses of that
/// pitch and white noise are to be shaped so that their sum is the speech.
/// </summary>
/// <remarks>
/// Frame-rate ConvNeXt blocks before an inverse STFT are those of Siuzdak 2023, "Vocos". There the network must also
/// make the phases of a steady tone out of mels that hardly change, which takes long training; here they come from
/// pulses, as in Liu et al. 2020, "Neural homomorphic vocoder". Gains start at the mel's own envelope, so a network
/// that says nothing already gives the right loudness at every pitch. Where a voice sounds, noise stays well under its
/// low harmonics: what wavers between them in a recording is the voice's own jitter, and noise in its place would move
/// the pitch.
/// </remarks>
public sealed class HarmonicNetwork
{
    // Mels of speech in natural logarithms, to about -2 .. 2.
    private const double MelMiddle = -5, MelSpread = 2.5;

    // Where a voice sounds, noise reaches at most so much of the envelope at low frequencies.
    private const double LoudestHiss = 0.2;

    private readonly double _toNatural;
    private readonly MelEnvelope _envelope;
    private readonly float[] _tonal;
    private readonly FrameNetwork _hear, _shape;
    private readonly Linear _pitch, _filter;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The networks' place.</param>
    /// <param name="config">Their sizes.</param>
    /// <param name="mel">The mels that they are given.</param>
    public HarmonicNetwork(Params p, HarmonicConfig config, MelConfig mel)
    {
        _toNatural = mel.Log == MelLog.Natural ? 1 : Math.Log(10);
        _envelope = new(mel);
        _tonal = TonalShare.Of(mel);
        _hear = new(p / "hear", mel.Bands, config.PitchWidth, config.PitchHidden, config.PitchBlocks, config);
        _pitch = new(p / "pitch", config.PitchWidth, PitchScale.Count + 1);
        _shape = new(p / "shape", mel.Bands + 2, config.Width, config.Hidden, config.Blocks, config);
        _filter = new(p / "filter", config.Width, 3 * _envelope.Bins, zero: true);
    }

    /// <summary>Hears the pitch.</summary>
    /// <param name="mel">[B, T, M].</param>
    public MelPitch Pitch(Tensor mel)
    {
        Tensor y = _pitch.Forward(_hear.Forward(Normalized(mel)));
        return new(y.Slice(2, 0, PitchScale.Count), y.Select(2, PitchScale.Count));
    }

    /// <summary>Decides the filters.</summary>
    /// <param name="mel">[B, T, M].</param>
    /// <param name="octave">log2 of the pitch over <see cref="Excitation.MiddleHz"/>, 0 where unvoiced, [B, T].</param>
    /// <param name="voiced">1 where there is a pitch, else 0, [B, T].</param>
    public FrameFilter Filter(Tensor mel, Tensor octave, Tensor voiced)
    {
        Tensor features = Tensor.Cat(2, Normalized(mel), octave.Unsqueeze(2), voiced.Unsqueeze(2));
        Tensor[] y = _filter.Forward(_shape.Forward(features)).Chunk(3, 2);
        Tensor envelope = _envelope.Of(Natural(mel));
        Tensor tonal = voiced.Unsqueeze(2) * Tensor.From<float>(_tonal, _envelope.Bins).To(mel.Device);
        Tensor hiss = y[2] + tonal * (Math.Log(LoudestHiss) - y[2].Softplus()); // log sigmoid, where all is tonal
        return new(y[0] + envelope, y[1], hiss + envelope);
    }

    /// <summary>A mel in natural logarithms.</summary>
    /// <param name="mel">[B, T, M].</param>
    internal Tensor Natural(Tensor mel) => mel * _toNatural;

    private Tensor Normalized(Tensor mel) => (Natural(mel) - MelMiddle) / MelSpread;
}
