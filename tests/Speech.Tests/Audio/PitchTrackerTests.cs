using System.Globalization;
using System.Runtime.CompilerServices;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Tests.Audio;

public sealed class PitchTrackerTests
{
    private const int Rate = 22050;

    private static readonly PitchTracker Tracker = new(MelConfig.Natural22k);

    [Theory]
    [InlineData(65)]
    [InlineData(100)]
    [InlineData(147.3)]
    [InlineData(220)]
    [InlineData(311.1)]
    [InlineData(440)]
    [InlineData(590)]
    public void A_tone_has_its_own_pitch_in_every_frame(double hertz)
    {
        float[] pitch = Tracker.Compute(Tones.Sine(hertz, Rate, Rate / 2));

        Assert.All(pitch, value => Assert.InRange(value, hertz * 0.995, hertz * 1.005));
    }

    [Theory]
    [InlineData(70, 62)]
    [InlineData(100, 300)]
    [InlineData(400, 200)]
    [InlineData(250, 580)]
    public void A_glide_is_followed_at_the_middle_of_each_frame(double from, double to)
    {
        float[] pitch = Tracker.Compute(Voice(Rate, time => from * Math.Pow(to / from, time)));

        for (int frame = 1; frame < pitch.Length - 2; frame++)
        {
            double expected = from * Math.Pow(to / from, (frame + 0.5) * 256 / Rate);
            Assert.InRange(pitch[frame], expected * 0.98, expected * 1.02);
        }
    }

    [Theory]
    [InlineData(75)]
    [InlineData(120)]
    [InlineData(210)]
    [InlineData(390)]
    public void A_voice_with_jitter_shimmer_and_breath_keeps_its_octave(double hertz)
    {
        float[] samples = Voice(Rate, _ => hertz, jitter: 0.01, shimmer: 0.1, seed: 5);
        float[] noise = Tones.Noise(samples.Length, seed: 6, amplitude: 0.02);
        for (int i = 0; i < samples.Length; i++)
            samples[i] += noise[i];

        float[] pitch = Tracker.Compute(samples);

        int wrong = pitch.Count(value => Math.Abs(value / hertz - 1) > 0.1);
        Assert.InRange(wrong, 0, pitch.Length / 20);
    }

    [Fact]
    public void The_fundamental_is_found_where_only_its_harmonics_sound()
    {
        float[] pitch = Tracker.Compute(Sum(Tones.Sine(480, Rate, 8000, 0.2), Tones.Sine(640, Rate, 8000, 0.2),
            Tones.Sine(800, Rate, 8000, 0.2)));

        Assert.All(pitch, value => Assert.InRange(value, 159, 161));
    }

    [Fact]
    public void A_second_harmonic_ten_times_as_strong_does_not_raise_the_octave()
    {
        float[] pitch = Tracker.Compute(Sum(
            Tones.Sine(110, Rate, 8000, 0.05), Tones.Sine(220, Rate, 8000, 0.5), Tones.Sine(330, Rate, 8000, 0.05)));

        Assert.All(pitch, value => Assert.InRange(value, 109, 111));
    }

    [Fact]
    public void Noise_has_hardly_any_pitch()
    {
        float[] pitch = Tracker.Compute(Tones.Noise(5 * Rate, seed: 1));

        Assert.InRange(pitch.Count(value => value > 0), 0, pitch.Length / 50);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.25f)]
    public void Silence_and_a_constant_have_no_pitch(float level)
    {
        float[] samples = new float[Rate];
        Array.Fill(samples, level);

        Assert.All(Tracker.Compute(samples), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_voice_between_silences_starts_and_ends_where_it_does()
    {
        float[] samples = new float[3 * Rate];
        Voice(Rate, _ => 180).CopyTo(samples, Rate);
        float[] noise = Tones.Noise(samples.Length, seed: 2, amplitude: 0.001);

        float[] pitch = Tracker.Compute(Sum(samples, noise));

        int first = Array.FindIndex(pitch, value => value > 0), last = Array.FindLastIndex(pitch, value => value > 0);
        Assert.InRange(first, Rate / 256 - 3, Rate / 256 + 3);
        Assert.InRange(last, 2 * Rate / 256 - 3, 2 * Rate / 256 + 3);
        Assert.All(pitch[first..last], value => Assert.InRange(value, 178, 182));
    }

    [Fact]
    public void The_level_does_not_matter()
    {
        float[] loud = Voice(Rate, time => 150 + 100 * time, jitter: 0.01, seed: 3);
        float[] soft = [.. loud.Select(sample => sample / 128)];

        Assert.Equal(Tracker.Compute(loud), Tracker.Compute(soft));
    }

    [Theory]
    [InlineData("natural22k")]
    [InlineData("log16k")]
    public void Any_length_has_as_many_values_as_the_mel_has_frames(string profile)
    {
        MelConfig config = MelConfig.Profiles[profile];
        PitchTracker tracker = new(config);

        foreach (int samples in (int[])[0, 1, 384, 385, 640, 900, 1023, 1024, 1279, 1280, 2000, 20000])
        {
            float[] pitch = tracker.Compute(Tones.Sine(200, config.SampleRate, samples));

            Assert.Equal(config.Frames(samples), pitch.Length);
            Assert.All(pitch, value => Assert.True(value == 0 || value is >= 59 and <= 610));
        }
    }

    [SharedFact("corpus/open")]
    public void Real_speech_has_the_pitch_that_Praat_finds()
    {
        (int frames, int voicing, int both, int gross) = (0, 0, 0, 0);
        foreach (string line in File.ReadLines(Beside("pitch-by-praat.tsv")).Where(line => !line.StartsWith('#')))
        {
            string[] cells = line.Split('\t');
            float[] praat = [.. cells[1].Split(' ').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
            Sound sound = SoundFile.Read(Shared.PathOf($"corpus/open/{cells[0]}"));
            float[] own = Tracker.Compute(sound.To(Rate).Samples);
            Assert.Equal(praat.Length, own.Length);
            frames += own.Length;
            foreach ((float a, float b) in praat.Zip(own))
            {
                voicing += a > 0 != b > 0 ? 1 : 0;
                both += a > 0 && b > 0 ? 1 : 0;
                gross += a > 0 && b > 0 && Math.Abs(b / a - 1) > 0.2 ? 1 : 0;
            }
        }

        Assert.InRange(both, 1500, frames);
        Assert.InRange(gross, 0, 0.02 * both);
        Assert.InRange(voicing, 0, 0.06 * frames);
    }

    /// <summary>Glottal pulses through three resonances, a second long.</summary>
    private static float[] Voice(
        int samples, Func<double, double> hertz, double jitter = 0, double shimmer = 0, int seed = 0)
    {
        Random random = new(seed);
        double[] x = new double[samples];
        for (double at = 2; at < samples - 1; at += Rate / hertz(at / Rate) * (1 + jitter * Normal(random)))
        {
            double strength = 1 + shimmer * Normal(random), part = at - Math.Floor(at);
            x[(int)at] += strength * (1 - part);
            x[(int)at + 1] += strength * part;
        }
        foreach ((double centre, double width) in ((double, double)[])[(650, 80), (1200, 100), (2600, 160)])
        {
            double r = Math.Exp(-Math.PI * width / Rate), c = 2 * r * Math.Cos(2 * Math.PI * centre / Rate);
            for (int i = 2; i < samples; i++)
                x[i] = (1 - r) * x[i] + c * x[i - 1] - r * r * x[i - 2];
        }
        double peak = x.Max(Math.Abs);
        return [.. x.Select(value => (float)(0.5 * value / peak))];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static float[] Sum(params float[][] parts) =>
        [.. Enumerable.Range(0, parts[0].Length).Select(i => parts.Sum(part => part[i]))];

    private static string Beside(string name, [CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, name);
}
