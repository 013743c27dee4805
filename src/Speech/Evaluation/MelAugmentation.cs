namespace Kouyin.Speech.Evaluation;

/// <summary>How much a mel is changed before a judge in training sees it.</summary>
public sealed record MelAugmentationConfig
{
    /// <summary>Longest change of speed, as a natural logarithm.</summary>
    public double Speed { get; init; } = 0.15;

    /// <summary>Standard deviation of the level's change, in the mel's logarithm.</summary>
    public double Gain { get; init; } = 0.4;

    /// <summary>Largest change at the edges of the spectrum by a tilt, in the mel's logarithm.</summary>
    public double Tilt { get; init; } = 0.5;

    /// <summary>Largest standard deviation of noise on each value, in the mel's logarithm.</summary>
    public double Noise { get; init; } = 0.3;

    /// <summary>Masks over bands and as many over time.</summary>
    public int Masks { get; init; } = 2;

    /// <summary>Widest mask over bands.</summary>
    public int MaskedBands { get; init; } = 10;

    /// <summary>Longest mask over time, in frames.</summary>
    public int MaskedFrames { get; init; } = 5;

    /// <summary>Largest change of all frequencies, as of a longer or shorter vocal tract: share of a band's number.
    /// </summary>
    public double Warp { get; init; }

    /// <summary>How often another microphone and room are laid over all, in [0, 1].</summary>
    public double Channel { get; init; }
}

/// <summary>Changes mels as other rooms, microphones, speakers and vocoders would.</summary>
/// <remarks>Masks: Park et al. 2019, "SpecAugment", section 2, with narrow masks, since words are short.</remarks>
/// <param name="config">How much.</param>
/// <param name="bands">M.</param>
internal sealed class MelAugmentation(MelAugmentationConfig config, int bands)
{
    /// <summary>A changed copy.</summary>
    /// <param name="mel">[T, M].</param>
    /// <param name="random">Draws the changes.</param>
    /// <returns>[T', M]; T' differs by the change of speed.</returns>
    public float[] Apply(ReadOnlySpan<float> mel, Random random)
    {
        int frames = mel.Length / bands;
        double speed = Math.Exp(config.Speed * (2 * random.NextDouble() - 1));
        float[] changed = Stretch(mel, bands, Math.Max(1, (int)Math.Round(frames * speed)));
        if (config.Warp > 0)
            Warp(changed, 1 + config.Warp * (2 * random.NextDouble() - 1));
        if (config.Channel > 0 && random.NextDouble() < config.Channel)
            new MelChannel(bands, random).Apply(changed);
        Colour(changed, random);
        Hide(changed, random);
        return changed;
    }

    /// <summary>Linear interpolation between frames; the first and the last stay.</summary>
    /// <param name="mel">[T, M].</param>
    /// <param name="bands">M.</param>
    /// <param name="newFrames">How many there will be.</param>
    internal static float[] Stretch(ReadOnlySpan<float> mel, int bands, int newFrames)
    {
        int frames = mel.Length / bands;
        float[] stretched = new float[newFrames * bands];
        double step = newFrames > 1 ? (frames - 1.0) / (newFrames - 1) : 0;
        for (int t = 0; t < newFrames; t++)
        {
            int frame = Math.Min((int)(t * step), frames - 1), next = Math.Min(frame + 1, frames - 1);
            float share = (float)(t * step - frame);
            ReadOnlySpan<float> left = mel.Slice(frame * bands, bands), right = mel.Slice(next * bands, bands);
            for (int band = 0; band < bands; band++)
                stretched[t * bands + band] = (1 - share) * left[band] + share * right[band];
        }
        return stretched;
    }

    /// <summary>Moves each frame's bands by a factor on their number; the highest stays where bands run out.</summary>
    internal void Warp(Span<float> mel, double factor)
    {
        Span<float> frame = stackalloc float[bands];
        for (int row = 0; row < mel.Length; row += bands)
        {
            mel.Slice(row, bands).CopyTo(frame);
            for (int band = 0; band < bands; band++)
            {
                double place = Math.Min(band * factor, bands - 1);
                int below = Math.Min((int)place, bands - 2);
                float share = (float)(place - below);
                mel[row + band] = (1 - share) * frame[below] + share * frame[below + 1];
            }
        }
    }

    private void Colour(Span<float> mel, Random random)
    {
        double gain = config.Gain * Normal(random), tilt = config.Tilt * (2 * random.NextDouble() - 1);
        double noise = random.NextDouble() < 0.5 ? config.Noise * random.NextDouble() : 0;
        for (int k = 0; k < mel.Length; k++)
        {
            mel[k] += (float)(gain + tilt * (2.0 * (k % bands) / (bands - 1) - 1));
            if (noise > 0)
                mel[k] += (float)(noise * Normal(random));
        }
    }

    private void Hide(Span<float> mel, Random random)
    {
        int frames = mel.Length / bands;
        float mean = 0;
        foreach (float value in mel)
            mean += value / mel.Length;
        for (int mask = 0; mask < config.Masks; mask++)
        {
            int width = random.Next(config.MaskedBands + 1), band = random.Next(bands - width + 1);
            for (int t = 0; t < frames; t++)
                mel.Slice(t * bands + band, width).Fill(mean);
            int length = Math.Min(random.Next(config.MaskedFrames + 1), frames);
            mel.Slice(random.Next(frames - length + 1) * bands, length * bands).Fill(mean);
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
