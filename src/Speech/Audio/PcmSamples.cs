namespace Kouyin.Speech.Audio;

/// <summary>16-bit samples.</summary>
public static class PcmSamples
{
    private const float FullScale = 32768;

    /// <summary>The nearest; beyond -1 to 1 it is held at full scale.</summary>
    /// <param name="sample">A number.</param>
    public static short Nearest(float sample) =>
        (short)Math.Clamp(MathF.Round(sample * FullScale), short.MinValue, short.MaxValue);

    /// <summary>As numbers from -1 to 1.</summary>
    public static float[] Floats(ReadOnlySpan<short> samples)
    {
        float[] floats = new float[samples.Length];
        for (int i = 0; i < floats.Length; i++)
            floats[i] = samples[i] / FullScale;
        return floats;
    }
}
