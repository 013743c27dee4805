using System.Numerics;
using System.Runtime.InteropServices;

namespace Kouyin.Speech.Audio;

/// <summary>How loud each frame of a mel is.</summary>
/// <param name="config">Frames are those of its mels: the same window, hop and padding.</param>
public sealed class FrameEnergy(MelConfig config)
{
    /// <summary>The energy of digital silence and of nothing quieter, in dB of full scale.</summary>
    public const float LowestDb = -100;

    private readonly float[] _weights = Weights(config.FftSize);

    /// <summary>Mean power of the samples under the squared window, in dB of full scale.</summary>
    /// <param name="samples">[N] at the configuration's rate.</param>
    /// <returns>[T]; a constant of 1 has 0 dB, a full sine -3.</returns>
    public float[] Compute(ReadOnlySpan<float> samples)
    {
        float[] energies = new float[config.Frames(samples.Length)];
        ReadOnlySpan<float> padded =
            config.ReflectPadding ? MelSpectrogram.Reflect(samples, config.PaddingSamples) : samples;
        for (int frame = 0; frame < energies.Length; frame++)
        {
            float power = WeightedPower(padded.Slice(frame * config.HopSamples, _weights.Length));
            energies[frame] = Math.Max(LowestDb, 10 * MathF.Log10(power));
        }
        return energies;
    }

    private float WeightedPower(ReadOnlySpan<float> frame)
    {
        ReadOnlySpan<Vector<float>> samples = MemoryMarshal.Cast<float, Vector<float>>(frame);
        ReadOnlySpan<Vector<float>> weights = MemoryMarshal.Cast<float, Vector<float>>(_weights);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < samples.Length; i++)
            sums += samples[i] * samples[i] * weights[i];
        float sum = Vector.Sum(sums);
        for (int i = samples.Length * Vector<float>.Count; i < frame.Length; i++)
            sum += frame[i] * frame[i] * _weights[i];
        return sum;
    }

    /// <summary>The squared window, scaled to add up to 1.</summary>
    private static float[] Weights(int size)
    {
        double[] window = MelSpectrogram.HannWindow(size);
        double sum = window.Sum(w => w * w);
        return [.. window.Select(w => (float)(w * w / sum))];
    }
}
