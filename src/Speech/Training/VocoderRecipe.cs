using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Model.Vocoder.Harmonic;

namespace Kouyin.Speech.Training;

/// <summary>What a run that trains a vocoder makes, and of what.</summary>
public sealed record VocoderRecipe
{
    /// <summary>Sizes of the harmonic vocoder.</summary>
    public HarmonicConfig Harmonic { get; init; } = new();

    /// <summary>Whether only its hearing of pitch learns and the rest stays: more steps in the same time.</summary>
    public bool PitchOnly { get; init; }

    /// <summary>A HiFi-GAN to train in its place: the keys of its published config files, or null.</summary>
    public HiFiGanConfig? HifiGan { get; init; }

    /// <summary>What judges HiFi-GAN's sounds.</summary>
    public DiscriminatorConfig Discriminators { get; init; } = new();

    /// <summary>
    /// Whether the mels are the prepared ones, such as a voice's own from <c>teach</c>, with nothing changed.
    /// </summary>
    public bool PreparedMels { get; init; }

    /// <summary>Frames of each segment, at least 16; an utterance gives one for every so many of its frames.</summary>
    public int SegmentFrames { get; init; } = 64;

    /// <summary>Window lengths of the spectral distance, in samples.</summary>
    public IReadOnlyList<int> Windows { get; init; } = [256, 512, 1024, 2048];

    /// <summary>Segments are made louder or quieter by up to so many dB.</summary>
    public double GainDb { get; init; } = 10;

    /// <summary>Segments are played faster or slower by up to this share.</summary>
    public double Resample { get; init; } = 0.08;

    /// <summary>How many other segments of each utterance a step hears the pitch in: they are cheap.</summary>
    public int PitchSegments { get; init; } = 3;

    /// <summary>
    /// Segments in which pitch is heard are played faster or slower by up to this share, and may be unlike any speaker.
    /// </summary>
    public double PitchResample { get; init; } = 0.35;

    /// <summary>Share of segments whose mel is blurred and made noisy, as an acoustic model's mels are.</summary>
    public double RoughShare { get; init; } = 0.4;

    /// <summary>Largest deviation of that noise, in natural logarithms.</summary>
    public double RoughNoise { get; init; } = 0.15;

    /// <summary>Speakers kept from training, for judging.</summary>
    public IReadOnlyList<string> HeldOutSpeakers { get; init; } = [];

    /// <summary>Everything that is wrong with the values.</summary>
    internal IEnumerable<string> Problems()
    {
        if (SegmentFrames < 16)
            yield return $"vocoder.segment_frames is {SegmentFrames}, but must be at least 16";
        if (Windows.Count == 0 || Windows.Any(size => size < 16 || size % 4 != 0))
            yield return "vocoder.windows must be lengths that are multiples of 4 from 16 on";
        if (GainDb is < 0 or > 40)
            yield return $"vocoder.gain_db is {GainDb}, but must be in [0, 40]";
        if (Resample is < 0 or > 1 || PitchResample is < 0 or > 1)
            yield return "vocoder.resample and vocoder.pitch_resample must be in [0, 1]";
        if (PitchSegments < 1)
            yield return $"vocoder.pitch_segments is {PitchSegments}, but must be at least 1";
        if (RoughShare is < 0 or > 1 || RoughNoise is < 0 or > 2)
            yield return "vocoder.rough_share must be in [0, 1], and vocoder.rough_noise in [0, 2]";
        foreach (string problem in Discriminators.Problems())
            yield return problem;
        if (Harmonic.Kernel < 2 || Harmonic.AheadPerLayer < 0 || Harmonic.AheadPerLayer >= Harmonic.Kernel)
            yield return "vocoder.harmonic.kernel must be 2 or more, and ahead_per_layer less than it";
    }
}
