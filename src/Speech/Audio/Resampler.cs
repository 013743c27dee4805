using System.Runtime.InteropServices;

namespace Kouyin.Speech.Audio;

/// <summary>Changes the sample rate through libsoxr at its high quality (20 bits, linear phase).</summary>
public static partial class Resampler
{
    private const string Library = "libsoxr.so.0";

    /// <summary>The sound at another rate; the same object where it has that rate already.</summary>
    /// <param name="sound">Any rate.</param>
    /// <param name="sampleRate">The wanted rate in hertz.</param>
    /// <returns>round(N * wanted / given) samples.</returns>
    public static Sound To(this Sound sound, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        if (sound.SampleRate == sampleRate || sound.Samples.Length == 0)
            return sound with { SampleRate = sampleRate };
        double ratio = (double)sampleRate / sound.SampleRate;
        float[] output = new float[(int)Math.Round(sound.Samples.Length * ratio)];
        string? error = OneShot(sound, sampleRate, output, out nuint written);
        if (error is not null)
            throw new InvalidOperationException($"libsoxr, {sound.SampleRate} to {sampleRate} Hz: {error}");
        return new(written == (nuint)output.Length ? output : output[..(int)written], sampleRate);
    }

    private static string? OneShot(Sound sound, int sampleRate, float[] output, out nuint written)
    {
        try
        {
            nint error = soxr_oneshot(sound.SampleRate, sampleRate, 1, sound.Samples, (nuint)sound.Samples.Length, 0,
                output, (nuint)output.Length, out written, 0, 0, 0);
            return Marshal.PtrToStringUTF8(error);
        }
        catch (DllNotFoundException)
        {
            throw new UserException("libsoxr is not installed", Library, "apt-get install libsoxr0");
        }
    }

    [LibraryImport(Library)]
    private static partial nint soxr_oneshot(double inputRate, double outputRate, uint channels, float[] input,
        nuint inputLength, nint inputDone, float[] output, nuint outputLength, out nuint outputDone, nint ioSpec,
        nint qualitySpec, nint runtimeSpec);
}
