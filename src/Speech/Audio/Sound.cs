namespace Kouyin.Speech.Audio;

/// <summary>Mono samples and how many of them make a second.</summary>
/// <param name="Samples">[N], full scale is -1 to 1; may exceed it, as floating-point files and resampling do.</param>
/// <param name="SampleRate">In hertz.</param>
public sealed record Sound(float[] Samples, int SampleRate)
{
    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples.Length / SampleRate;
}
