using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation.Judges;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>What is measured and heard in some samples, each once and when it is first asked for.</summary>
internal sealed class HeardSamples
{
    private readonly Recognizer _recognizer;
    private readonly int _samples;
    private readonly Lazy<float[]> _voice;
    private readonly Lazy<SpokenTokens> _words;
    private readonly Dictionary<string, SyllableTimes?> _times = [];

    public HeardSamples(float[] samples, Recognizer recognizer, SpeakerVerifier verifier)
    {
        (_recognizer, _samples, Features) = (recognizer, samples.Length, new(samples));
        _voice = new(() => verifier.EmbedMel(Features.Mel));
        _words = new(() => recognizer.Hear(Features.Mel));
    }

    /// <summary>What is measured in them.</summary>
    public ClipFeatures Features { get; }

    /// <summary>The vector of the voice.</summary>
    public float[] Voice => _voice.Value;

    /// <summary>The words.</summary>
    public SpokenTokens Words => _words.Value;

    /// <summary>Where the syllables of a clip with these samples lie; null where they cannot.</summary>
    public SyllableTimes? Times(Clip clip)
    {
        if (!_times.TryGetValue(clip.Said, out SyllableTimes? times))
        {
            _times[clip.Said] = times = SyllableTimes.Of(
                _recognizer, MelConfig.Natural22k, Features.Mel, Features.Hertz, _samples, clip.Reading);
        }
        return times;
    }
}
