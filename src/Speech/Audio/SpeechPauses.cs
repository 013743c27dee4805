namespace Kouyin.Speech.Audio;

/// <summary>Finds where a speaker stops inside a recording, by level alone.</summary>
public static class SpeechPauses
{
    private const double FrameSeconds = 0.01;

    /// <summary>The shortest pause. The closure of a stop consonant is shorter.</summary>
    public const double ShortestSeconds = 0.12;

    // A pause is so far below the speech, unless the recording's own noise is louder than that.
    private const double BelowSpeechDb = 30, AboveNoiseDb = 6, NoisePercentile = 0.05;

    // Noise nearer to the speech than this hides pauses, and faint vowels would be taken for them.
    private const double LeastBelowSpeechDb = 12;

    /// <summary>The stretches of silence between the first speech and the last.</summary>
    /// <param name="samples">[N].</param>
    /// <param name="sampleRate">In hertz.</param>
    /// <returns>In order, in seconds; none at either end.</returns>
    public static IReadOnlyList<(double Start, double End)> Find(ReadOnlySpan<float> samples, int sampleRate)
    {
        int frame = Math.Max(1, (int)(FrameSeconds * sampleRate));
        double[] levels = Levels(samples, frame);
        double threshold = Threshold(levels, Loudness.SpeechLevelDb(samples, sampleRate));
        double seconds = (double)frame / sampleRate;
        List<(double Start, double End)> pauses = [];
        int quiet = -1; // no pause before the first speech
        for (int i = 0; i < levels.Length; i++)
        {
            if (levels[i] < threshold)
                continue;
            if (quiet >= 0 && (i - quiet) * seconds >= ShortestSeconds)
                pauses.Add((quiet * seconds, i * seconds));
            quiet = i + 1;
        }
        return pauses;
    }

    private static double Threshold(double[] levels, double speech)
    {
        double[] sorted = [.. levels.Order()];
        double noise = sorted.Length == 0 ? speech : sorted[(int)(NoisePercentile * sorted.Length)];
        return Math.Min(Math.Max(speech - BelowSpeechDb, noise + AboveNoiseDb), speech - LeastBelowSpeechDb);
    }

    private static double[] Levels(ReadOnlySpan<float> samples, int frame)
    {
        double[] levels = new double[samples.Length / frame];
        for (int i = 0; i < levels.Length; i++)
        {
            double power = 0;
            foreach (float sample in samples.Slice(i * frame, frame))
                power += (double)sample * sample;
            levels[i] = 10 * Math.Log10(power / frame);
        }
        return levels;
    }
}
