using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kouyin.Speech.Audio;

/// <summary>Which logarithm a mel holds.</summary>
public enum MelLog
{
    /// <summary>Base e, as Grad-TTS and HiFi-GAN.</summary>
    Natural,

    /// <summary>Base 10, as Parallel WaveGAN.</summary>
    Ten,
}

/// <summary>
/// Every number that decides what a mel spectrogram holds. Two mels may meet only if their hashes agree.
/// </summary>
public sealed record MelConfig
{
    /// <summary>22.05 kHz, natural logarithm, 0 to 8000 Hz: Grad-TTS and every published HiFi-GAN.</summary>
    public static MelConfig Natural22k { get; } = new();

    /// <summary>16 kHz, base 10, 80 to 7600 Hz, no padding: the 16 kHz accent recipes and their vocoders.</summary>
    public static MelConfig Log16k { get; } = new()
    {
        SampleRate = 16000,
        LowHz = 80,
        HighHz = 7600,
        Log = MelLog.Ten,
        ReflectPadding = false,
    };

    /// <summary>24 kHz, base 10, 0 to 8000 Hz, no padding: the log's LibriTTS recipe.</summary>
    public static MelConfig Log24k { get; } = Log16k with { SampleRate = 24000, LowHz = 0, HighHz = 8000 };

    /// <summary>The profiles by the names that commands take.</summary>
    public static IReadOnlyDictionary<string, MelConfig> Profiles { get; } =
        new Dictionary<string, MelConfig> { ["natural22k"] = Natural22k, ["log16k"] = Log16k, ["log24k"] = Log24k };

    /// <summary>Hertz.</summary>
    public int SampleRate { get; init; } = 22050;

    /// <summary>Samples in a window (periodic Hann) and its transform; a power of two, at least 4.</summary>
    public int FftSize { get; init; } = 1024;

    /// <summary>Samples from one frame to the next.</summary>
    public int HopSamples { get; init; } = 256;

    /// <summary>Mel bands, M.</summary>
    public int Bands { get; init; } = 80;

    /// <summary>Lower edge of the lowest band, in hertz.</summary>
    public double LowHz { get; init; }

    /// <summary>Upper edge of the highest band, in hertz, at most half the sample rate.</summary>
    public double HighHz { get; init; } = 8000;

    /// <summary>The logarithm.</summary>
    public MelLog Log { get; init; } = MelLog.Natural;

    /// <summary>The least band magnitude; smaller ones are raised to it before the logarithm.</summary>
    public float Floor { get; init; } = 1e-5f;

    /// <summary>Whether <see cref="ReachSamples"/> mirrored samples go before and after the signal.</summary>
    public bool ReflectPadding { get; init; } = true;

    /// <summary>Samples that a window reaches beyond its own hop, on each side.</summary>
    public int ReachSamples => (FftSize - HopSamples) / 2;

    /// <summary>Samples added at each end.</summary>
    public int PaddingSamples => ReflectPadding ? ReachSamples : 0;

    /// <summary>The sample at which the hop of the first frame begins, and what a vocoder makes of the mel.</summary>
    public int FirstSample => ReachSamples - PaddingSamples;

    /// <summary>Frames in a second.</summary>
    public double FrameRate => (double)SampleRate / HopSamples;

    /// <summary>The logarithm of <see cref="Floor"/>: the value of digital silence and of nothing quieter.</summary>
    public float LowestValue => Log == MelLog.Natural ? MathF.Log(Floor) : MathF.Log10(Floor);

    /// <summary>Twelve hexadecimal digits that change with any setting, and only then.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical)))[..12];

    /// <summary>Every setting in which two differ, as <c>hop 256, not 300</c>; empty if their mels may meet.</summary>
    public string Differences(MelConfig other)
    {
        // "slaney mel 1:", then names and values in turn.
        return string.Join(", ", Settings(this).Zip(Settings(other))
            .Where(pair => pair.First[1] != pair.Second[1])
            .Select(pair => $"{pair.First[0]} {pair.First[1]}, not {pair.Second[1]}"));

        static IEnumerable<string[]> Settings(MelConfig config) => config.Canonical.Split(' ').Skip(3).Chunk(2);
    }

    private string Canonical => string.Create(CultureInfo.InvariantCulture,
        $"slaney mel 1: rate {SampleRate} fft {FftSize} hop {HopSamples} bands {Bands} low {LowHz:R} high {HighHz:R} ")
        + string.Create(CultureInfo.InvariantCulture, $"log {Log} floor {Floor:R} reflect {ReflectPadding}");

    /// <summary>How many frames a signal has; 0 where it is too short for one.</summary>
    public int Frames(int samples)
    {
        if (samples <= PaddingSamples)
            return 0; // nothing to mirror
        int padded = samples + 2 * PaddingSamples;
        return padded < FftSize ? 0 : (padded - FftSize) / HopSamples + 1;
    }
}
