using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>What is measured in samples at the rate of the judges' mels.</summary>
internal sealed class ClipFeatures
{
    private static readonly MelConfig Config = MelConfig.Natural22k;
    private static readonly MelSpectrogram Spectrogram = new(Config);
    private static readonly PitchTracker Tracker = new(Config);
    private static readonly MelCepstrum Cepstrum = new(Config);

    private readonly Lazy<float[][]> _cepstra;

    public ClipFeatures(float[] samples)
    {
        Mel = Spectrogram.Compute(samples);
        Hertz = Tracker.Compute(samples);
        LogF0 = Array.ConvertAll(Hertz, hertz => hertz > 0 ? MathF.Log(hertz) : 0);
        _cepstra = new(() => Cepstrum.Of(samples));
    }

    /// <summary>[T, M].</summary>
    public float[] Mel { get; }

    /// <summary>[T], 0 where unvoiced.</summary>
    public float[] Hertz { get; }

    /// <summary>[T], natural logarithm of hertz, 0 where unvoiced.</summary>
    public float[] LogF0 { get; }

    /// <summary>[T][24].</summary>
    public float[][] Cepstra => _cepstra.Value;
}
