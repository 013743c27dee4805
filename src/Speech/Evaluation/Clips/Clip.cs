using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>A recording, or something that was spoken, with what it should be.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Speaker">Whose voice it should have.</param>
/// <param name="Accent">The accent it should have.</param>
/// <param name="Reading">What it should say: pinyin and pause marks.</param>
/// <param name="Samples">[N] at the rate of the judges' mels.</param>
public sealed record Clip(
    string Id, string Speaker, string Accent, IReadOnlyList<string> Reading, float[] Samples)
{
    /// <summary>The same in the symbols of a phone set, silence at both ends; empty where nobody is to speak it.
    /// </summary>
    public IReadOnlyList<string> Phones { get; init; } = [];

    /// <summary>What it should say, as one text.</summary>
    public string Said { get; } = string.Join(' ', Reading);
}

/// <summary>What is measured in a clip, computed once.</summary>
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
