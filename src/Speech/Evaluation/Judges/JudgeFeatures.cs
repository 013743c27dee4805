namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>What the judges of speakers and accents see of speech: mels without level and lasting colour.</summary>
/// <remarks>
/// Subtracting each band's mean takes away what a microphone and a room do to the whole of a recording; a floor under
/// the loudest hides the noise of its pauses, by which recordings are otherwise easily told apart.
/// </remarks>
public static class JudgeFeatures
{
    /// <summary>Numbers of a frame beside its mel: the pitch around its mean, and whether it is voiced.</summary>
    public const int OfPitch = 2;

    // In the mel's natural logarithm: 48 dB; and 30 dB, which is speech rather than pause.
    private const float Floor = 5.5f, Speech = 3.5f;
    private const float PitchScale = 0.25f; // three semitones

    /// <summary>Features of a stretch of one speaker's speech.</summary>
    /// <param name="mel">[T, M], natural logarithm.</param>
    /// <param name="bands">M.</param>
    /// <param name="logF0">[T], 0 where unvoiced; empty where the judge does not look at pitch.</param>
    /// <returns>[T, M], or [T, M + 2] with pitch.</returns>
    public static float[] Of(ReadOnlySpan<float> mel, int bands, ReadOnlySpan<float> logF0)
    {
        int frames = mel.Length / bands, width = logF0.IsEmpty ? bands : bands + OfPitch;
        float[] features = new float[frames * width];
        float loudest = float.NegativeInfinity;
        foreach (float value in mel)
            loudest = Math.Max(loudest, value);
        for (int frame = 0; frame < frames; frame++)
        {
            for (int band = 0; band < bands; band++)
                features[frame * width + band] = Math.Max(mel[frame * bands + band], loudest - Floor);
        }
        TakeMeans(features, width, bands, loudest - Speech);
        if (!logF0.IsEmpty)
            AddPitch(features, width, bands, logF0);
        return features;
    }

    private static void TakeMeans(Span<float> features, int width, int bands, float speech)
    {
        Span<double> means = stackalloc double[bands];
        int counted = 0;
        for (int row = 0; row < features.Length; row += width)
        {
            if (Largest(features.Slice(row, bands)) < speech)
                continue;
            counted++;
            for (int band = 0; band < bands; band++)
                means[band] += features[row + band];
        }
        for (int row = 0; row < features.Length; row += width)
        {
            for (int band = 0; band < bands; band++)
                features[row + band] -= (float)(means[band] / Math.Max(1, counted));
        }
    }

    private static void AddPitch(Span<float> features, int width, int bands, ReadOnlySpan<float> logF0)
    {
        double sum = 0;
        int voiced = 0;
        foreach (float value in logF0)
            (sum, voiced) = value > 0 ? (sum + value, voiced + 1) : (sum, voiced);
        float mean = (float)(sum / Math.Max(1, voiced));
        for (int frame = 0; frame < logF0.Length; frame++)
        {
            if (logF0[frame] <= 0)
                continue;
            features[frame * width + bands] = (logF0[frame] - mean) / PitchScale;
            features[frame * width + bands + 1] = 1;
        }
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        float largest = values[0];
        foreach (float value in values)
            largest = Math.Max(largest, value);
        return largest;
    }
}
