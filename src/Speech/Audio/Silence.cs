namespace Kouyin.Speech.Audio;

/// <summary>Finds where a recording holds speech, by level alone.</summary>
public static class Silence
{
    private const double FrameSeconds = 0.01;

    /// <summary>The span from the first to the last loud stretch of 10 ms.</summary>
    /// <param name="samples">[N].</param>
    /// <param name="sampleRate">In hertz.</param>
    /// <param name="belowPeakDb">How far under the loudest 10 ms still counts as speech.</param>
    /// <returns>First sample and the one after the last; empty at 0 where all is digital silence.</returns>
    public static (int Start, int End) SpeechBounds(
        ReadOnlySpan<float> samples, int sampleRate, double belowPeakDb = 40)
    {
        int frame = Math.Max(1, (int)(FrameSeconds * sampleRate));
        double loudest = 0;
        for (int i = 0; i < samples.Length; i += frame)
            loudest = Math.Max(loudest, Power(samples, i, frame));
        double threshold = loudest * Math.Pow(10, -belowPeakDb / 10);
        if (loudest == 0)
            return (0, 0);
        int start = 0, end = (samples.Length - 1) / frame * frame;
        while (Power(samples, start, frame) < threshold)
            start += frame;
        while (Power(samples, end, frame) < threshold)
            end -= frame;
        return (start, Math.Min(end + frame, samples.Length));
    }

    /// <summary>
    /// The same with a margin at both ends, as far as the recording has it; all of it where it is digital silence.
    /// </summary>
    /// <inheritdoc cref="SpeechBounds(ReadOnlySpan{float}, int, double)"/>
    /// <param name="samples">[N].</param>
    /// <param name="sampleRate">In hertz.</param>
    /// <param name="marginSeconds">What to leave before and after the speech.</param>
    public static (int Start, int End) SpeechBoundsWithMargin(
        ReadOnlySpan<float> samples, int sampleRate, double marginSeconds)
    {
        (int start, int end) = SpeechBounds(samples, sampleRate);
        int margin = (int)(marginSeconds * sampleRate);
        return end == 0 ? (0, samples.Length) : (Math.Max(0, start - margin), Math.Min(samples.Length, end + margin));
    }

    /// <summary>
    /// The speech with the same margin at both ends; where the recording has less, digital silence fills it.
    /// </summary>
    /// <param name="sound">A recording.</param>
    /// <param name="marginSeconds">What to leave, or to add, before and after the speech.</param>
    /// <param name="belowPeakDb">As for <see cref="SpeechBounds"/>.</param>
    public static Sound CutToSpeech(this Sound sound, double marginSeconds = 0.10, double belowPeakDb = 40)
    {
        (int start, int end) = SpeechBounds(sound.Samples, sound.SampleRate, belowPeakDb);
        int margin = (int)(marginSeconds * sound.SampleRate);
        float[] cut = new float[end - start + 2 * margin];
        int from = Math.Max(0, start - margin), to = Math.Min(sound.Samples.Length, end + margin);
        sound.Samples.AsSpan(from, to - from).CopyTo(cut.AsSpan(margin - (start - from)));
        return sound with { Samples = cut };
    }

    private static double Power(ReadOnlySpan<float> samples, int start, int length)
    {
        double sum = 0;
        foreach (float sample in samples[start..Math.Min(start + length, samples.Length)])
            sum += (double)sample * sample;
        return sum / length;
    }
}
