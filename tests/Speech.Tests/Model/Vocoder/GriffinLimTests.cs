using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Tests.Audio;

namespace Kouyin.Speech.Tests.Model.Vocoder;

public sealed class GriffinLimTests
{
    [Theory]
    [InlineData("natural22k")]
    [InlineData("log16k")]
    public void A_tone_comes_back_at_its_pitch_and_level(string profile)
    {
        MelConfig config = MelConfig.Profiles[profile];
        float[] tone = Tones.Sine(440, config.SampleRate, config.SampleRate / 2, 0.3);
        MelSpectrogram spectrogram = new(config);
        float[] mel = spectrogram.Compute(tone);

        float[] samples = new GriffinLim(config).Samples(mel);

        Assert.Equal(mel.Length / 80 * 256, samples.Length);
        float[] middle = samples[2048..^2048];
        int crossings = Enumerable.Range(1, middle.Length - 1).Count(i => middle[i - 1] < 0 && middle[i] >= 0);
        Assert.Equal(440, crossings * (double)config.SampleRate / middle.Length, 15.0);
        Assert.Equal(0.3 / Math.Sqrt(2), Math.Sqrt(middle.Average(sample => sample * sample)), 0.03);
    }

    [Fact]
    public void The_same_mel_gives_the_same_samples()
    {
        float[] mel = new MelSpectrogram(MelConfig.Natural22k).Compute(Tones.Noise(9000, seed: 5, amplitude: 0.1));
        GriffinLim vocoder = new(MelConfig.Natural22k, new() { Iterations = 5 });

        Assert.Equal(vocoder.Samples(mel), vocoder.Samples(mel));
    }

    [Fact]
    public void More_rounds_come_nearer()
    {
        float[] mel = new MelSpectrogram(MelConfig.Natural22k).Compute(Tones.Noise(22050, seed: 6, amplitude: 0.1));

        double[] distances = [.. new[] { 1, 10, 60 }.Select(rounds => Distance(mel, rounds))];

        Assert.True(distances[0] > distances[1] && distances[1] > distances[2], string.Join(", ", distances));
    }

    [Fact]
    public void Silence_stays_silent_and_nothing_stays_nothing()
    {
        GriffinLim vocoder = new(MelConfig.Natural22k, new() { Iterations = 5 });
        float[] silence = new MelSpectrogram(MelConfig.Natural22k).Compute(new float[5000]);

        Assert.All(vocoder.Samples(silence), sample => Assert.InRange(sample, -1e-3f, 1e-3f));
        Assert.Empty(vocoder.Samples([]));
    }

    [Fact]
    public void One_frame_is_one_hop() => Assert.Equal(
        256, new GriffinLim(MelConfig.Natural22k, new() { Iterations = 2 }).Samples(new float[80]).Length);

    [SharedFact("corpus/open/test/wav/YTN0001")]
    public void Real_speech_is_copied_within_the_measured_distance()
    {
        string[] files = [.. Directory.GetFiles(Shared.PathOf("corpus/open/test/wav/YTN0001")).Order().Take(3)];

        double[] distances = [.. files.Select(file =>
            Distance(new MelSpectrogram(MelConfig.Natural22k).Compute(SoundFile.Read(file).Samples), rounds: 60))];

        Assert.True(distances.Average() < 0.12, string.Join(", ", distances));
    }

    /// <summary>Mean difference of the natural logarithms of the wanted mel and that of the samples.</summary>
    private static double Distance(float[] mel, int rounds)
    {
        float[] samples = new GriffinLim(MelConfig.Natural22k, new() { Iterations = rounds }).Samples(mel);
        return new MelSpectrogram(MelConfig.Natural22k).Compute(samples).Zip(mel, (a, b) => Math.Abs(a - b)).Average();
    }
}
