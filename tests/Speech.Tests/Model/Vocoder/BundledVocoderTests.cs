using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Model.Vocoder.Harmonic;

namespace Kouyin.Speech.Tests.Model.Vocoder;

/// <summary>What must hold of the vocoder that comes with the clone.</summary>
public sealed class BundledVocoderTests : IDisposable
{
    private const int Rate = 22050;

    private readonly string _folder = Path.Combine(House.Find("voices")!, "vocoder-22k");
    private readonly HarmonicVocoder _vocoder;

    public BundledVocoderTests() => _vocoder = (HarmonicVocoder)VocoderFile.Open(_folder, MelConfig.Natural22k);

    public void Dispose() => _vocoder.Dispose();

    [Fact]
    public void It_is_small() =>
        Assert.InRange(new FileInfo(Path.Combine(_folder, VocoderFile.Name)).Length, 1_000_000, 6_000_000);

    [Theory]
    [InlineData(110)]
    [InlineData(230)]
    public void A_vowel_keeps_its_pitch_and_level_and_gets_neither_clicks_nor_an_offset(double hertz)
    {
        float[] vowel = Vowel(hertz);

        float[] copy = _vocoder.Samples(new MelSpectrogram(_vocoder.Mel).Compute(vowel));

        Range middle = 6000..^6000;
        PitchTracker tracker = new(_vocoder.Mel);
        float[] heard = tracker.Compute(copy)[20..^20], said = tracker.Compute(vowel)[20..^20];
        double off = heard.Zip(said, (a, b) => a > 0 && b > 0 ? Math.Abs(Math.Log(a / b)) : 1).Order().ElementAt(20);
        Assert.InRange(off, 0, 0.03);
        Assert.InRange(20 * Math.Log10(Level(copy[middle]) / Level(vowel[middle])), -3, 3);
        Assert.InRange(copy.Average(), -1e-3, 1e-3);
        Assert.True(Jump(copy) < 3 * Jump(vowel), $"{Jump(copy)}, {Jump(vowel)}");
    }

    [Fact]
    public void Silence_stays_silent()
    {
        float[] copy = _vocoder.Samples(new MelSpectrogram(_vocoder.Mel).Compute(new float[Rate]));

        Assert.All(copy, sample => Assert.InRange(sample, -3e-3f, 3e-3f));
    }

    [Fact]
    public void In_pieces_it_makes_the_same_sound()
    {
        float[] mel = new MelSpectrogram(_vocoder.Mel).Compute(Vowel(180));

        float[] whole = _vocoder.Samples(mel), pieces = [.. _vocoder.Pieces(mel).SelectMany(piece => piece)];

        Assert.Equal(whole.Length, pieces.Length);
        Assert.True(whole.Zip(pieces, (a, b) => Math.Abs(a - b)).Max() < 1e-4);
    }

    /// <summary>Harmonics under two formants, the pitch gliding by a fifth of an octave.</summary>
    private static float[] Vowel(double hertz)
    {
        float[] samples = new float[3 * Rate / 2];
        double phase = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double pitch = hertz * Math.Pow(2, 0.1 * Math.Sin(2 * Math.PI * i / samples.Length));
            phase += pitch / Rate;
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
