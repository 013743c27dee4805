using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Voices;

/// <summary>What is done to a recording before a voice hears it: the same as to those it learnt from.</summary>
public sealed record RecordingRules
{
    /// <summary>Seconds of silence left before and after the speech; null cuts nothing.</summary>
    public double? MarginSeconds { get; init; }

    /// <summary>The level that speech is brought to, in dB of full scale; null changes none.</summary>
    public double? LevelDb { get; init; }

    /// <summary>The mel of a recording, [T, M]; empty where it is shorter than a frame.</summary>
    public float[] Mel(Sound recording, MelConfig mel)
    {
        Sound sound = recording.To(mel.SampleRate);
        if (MarginSeconds is { } margin)
        {
            (int from, int to) = Silence.SpeechBoundsWithMargin(sound.Samples, sound.SampleRate, margin);
            sound = sound with { Samples = sound.Samples[from..to] };
        }
        if (LevelDb is { } level)
            sound = sound.ToSpeechLevel(level);
        return mel.Frames(sound.Samples.Length) == 0 ? [] : new MelSpectrogram(mel).Compute(sound.Samples);
    }
}
