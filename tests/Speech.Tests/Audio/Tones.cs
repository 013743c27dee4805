using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Tests.Audio;

/// <summary>Signals whose answers are known.</summary>
internal static class Tones
{
    public static float[] Sine(double hz, int sampleRate, int samples, double amplitude = 0.5)
    {
        float[] sine = new float[samples];
        for (int i = 0; i < samples; i++)
            sine[i] = (float)(amplitude * Math.Sin(2 * Math.PI * hz * i / sampleRate));
        return sine;
    }

    public static float[] Noise(int samples, int seed, double amplitude = 0.5)
    {
        Random random = new(seed);
        float[] noise = new float[samples];
        for (int i = 0; i < samples; i++)
            noise[i] = (float)(amplitude * (2 * random.NextDouble() - 1));
        return noise;
    }

    /// <summary>A file of several channels, which the product never writes.</summary>
    public static void WriteInterleaved(string path, float[] interleaved, int channels, int sampleRate)
    {
        byte[] bytes = WavFile.Encode(interleaved, sampleRate);
        BitConverter.TryWriteBytes(bytes.AsSpan(22), (short)channels);
        BitConverter.TryWriteBytes(bytes.AsSpan(28), sampleRate * channels * 2);
        BitConverter.TryWriteBytes(bytes.AsSpan(32), (short)(channels * 2));
        File.WriteAllBytes(path, bytes);
    }
}
