using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Model.Vocoder.Harmonic;

namespace Kouyin.Speech.Tests.Model.Vocoder;

/// <summary>What must hold of the vocoders that come with the clone.</summary>
public sealed class BundledVocoderTests
{
    [Theory]
    [InlineData("vocoder-22k", "natural22k")]
    [InlineData("vocoder-16k", "log16k")]
    public void It_is_small_and_says_for_which_mels_it_is(string name, string profile)
    {
        FileInfo file = new(Path.Combine(Folder(name), VocoderFile.Name));

        Assert.InRange(file.Length, 1_000_000, 6_000_000);
        Assert.Equal(MelConfig.Profiles[profile].Hash, VocoderFile.MelOf(Folder(name)).Hash);
    }

    [Theory]
    [InlineData("vocoder-22k", 110)]
    [InlineData("vocoder-22k", 230)]
    [InlineData("vocoder-16k", 110)]
    [InlineData("vocoder-16k", 230)]
    public void A_vowel_keeps_its_pitch_and_level_and_gets_neither_clicks_nor_an_offset(string name, double hertz)
    {
        using HarmonicVocoder vocoder = Open(name);
        float[] vowel = Vowel(hertz, vocoder.Mel.SampleRate);

        float[] copy = vocoder.Samples(new MelSpectrogram(vocoder.Mel).Compute(vowel));

        Range middle = 6000..^6000;
        PitchTracker tracker = new(vocoder.Mel);
        float[] heard = tracker.Compute(copy)[20..^20], said = tracker.Compute(vowel)[20..^20];
        double off = heard.Zip(said, (a, b) => a > 0 && b > 0 ? Math.Abs(Math.Log(a / b)) : 1).Order().ElementAt(20);
        Assert.InRange(off, 0, 0.03);
        Assert.InRange(20 * Math.Log10(Level(copy[middle]) / Level(vowel[middle])), -3, 3);
        Assert.InRange(copy.Average(), -1e-3, 1e-3);
        Assert.True(Jump(copy) < 3 * Jump(vowel), $"{Jump(copy)}, {Jump(vowel)}");
    }

    [Theory]
    [InlineData("vocoder-22k")]
    [InlineData("vocoder-16k")]
    public void Silence_stays_silent(string name)
    {
        using HarmonicVocoder vocoder = Open(name);
        float[] silence = new float[vocoder.Mel.SampleRate];

        float[] copy = vocoder.Samples(new MelSpectrogram(vocoder.Mel).Compute(silence));

        Assert.All(copy, sample => Assert.InRange(sample, -3e-3f, 3e-3f));
    }

    [Theory]
    [InlineData("vocoder-22k")]
    [InlineData("vocoder-16k")]
    public void In_pieces_it_makes_the_same_sound(string name)
    {
        using HarmonicVocoder vocoder = Open(name);
        float[] mel = new MelSpectrogram(vocoder.Mel).Compute(Vowel(180, vocoder.Mel.SampleRate));

        float[] whole = vocoder.Samples(mel), pieces = [.. vocoder.Pieces(mel).SelectMany(piece => piece)];

        Assert.Equal(whole.Length, pieces.Length);
        Assert.True(whole.Zip(pieces, (a, b) => Math.Abs(a - b)).Max() < 1e-4);
    }

    private static string Folder(string name) => Path.Combine(House.Find("voices")!, name);

    private static HarmonicVocoder Open(string name) => (HarmonicVocoder)VocoderFile.Open(Folder(name));

    /// <summary>Harmonics under two formants, the pitch gliding by a fifth of an octave.</summary>
    private static float[] Vowel(double hertz, int rate)
    {
        float[] samples = new float[3 * rate / 2];
        double phase = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double pitch = hertz * Math.Pow(2, 0.1 * Math.Sin(2 * Math.PI * i / samples.Length));
            phase += pitch / rate;
            double sum = 0;
            for (int k = 1; k * pitch < 5000; k++)
                sum += Formants(k * pitch) * Math.Sin(2 * Math.PI * k * phase);
            samples[i] = (float)(0.05 * sum);
        }
        return samples;
    }

    private static double Formants(double hertz) => 0.05
        + Math.Exp(-Math.Pow((hertz - 700) / 200, 2)) + 0.5 * Math.Exp(-Math.Pow((hertz - 1300) / 250, 2));

    private static double Level(float[] samples) => Math.Sqrt(samples.Average(sample => (double)sample * sample));

    private static float Jump(float[] samples) =>
        Enumerable.Range(1, samples.Length - 1).Max(i => Math.Abs(samples[i] - samples[i - 1]));
}
