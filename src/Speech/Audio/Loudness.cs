namespace Kouyin.Speech.Audio;

/// <summary>How loud the speech of a recording is, its pauses left out.</summary>
public static class Loudness
{
    private const double FrameSeconds = 0.02, SpeechRangeDb = 30;

    /// <summary>Mean power of the 20 ms stretches within 30 dB of the loudest, in dB of full scale.</summary>
    /// <param name="samples">[N].</param>
    /// <param name="sampleRate">In hertz.</param>
    /// <returns>Negative infinity for digital silence.</returns>
    public static double SpeechLevelDb(ReadOnlySpan<float> samples, int sampleRate)
    {
        int frame = Math.Max(1, (int)(FrameSeconds * sampleRate));
        double[] powers = new double[(samples.Length + frame - 1) / frame];
        double loudest = 0;
        for (int i = 0; i < powers.Length; i++)
        {
            ReadOnlySpan<float> stretch = samples[(i * frame)..Math.Min((i + 1) * frame, samples.Length)];
            foreach (float sample in stretch)
                powers[i] += (double)sample * sample / stretch.Length;
            loudest = Math.Max(loudest, powers[i]);
        }
        double threshold = loudest * Math.Pow(10, -SpeechRangeDb / 10), sum = 0;
        int counted = 0;
        foreach (double power in powers)
            (sum, counted) = power >= threshold ? (sum + power, counted + 1) : (sum, counted);
        return counted == 0 ? double.NegativeInfinity : 10 * Math.Log10(sum / counted);
    }

    /// <summary>The sound at a wanted speech level, or below it where its peak would pass the limit.</summary>
    /// <param name="sound">A recording; digital silence comes back as it is.</param>
    /// <param name="levelDb">Wanted speech level in dB of full scale.</param>
    /// <param name="peakDb">Highest peak in dB of full scale.</param>
    public static Sound ToSpeechLevel(this Sound sound, double levelDb = -22, double peakDb = -1)
    {
        float peak = 0;
        foreach (float sample in sound.Samples)
            peak = Math.Max(peak, Math.Abs(sample));
        if (peak == 0)
            return sound;
        double wanted = Math.Pow(10, (levelDb - SpeechLevelDb(sound.Samples, sound.SampleRate)) / 20);
        float gain = (float)Math.Min(wanted, Math.Pow(10, peakDb / 20) / peak);
        return sound with { Samples = Array.ConvertAll(sound.Samples, sample => sample * gain) };
    }
}
