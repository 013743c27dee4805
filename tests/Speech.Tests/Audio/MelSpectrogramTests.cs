using System.Numerics;
using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Audio;

public sealed class MelSpectrogramTests
{
    [SharedFact("fixtures/f_mel.safetensors")]
    public void Natural22k_is_the_references_mel() => CompareWithReference("wav", "mel");

    [SharedFact("fixtures/f_mel.safetensors")]
    public void Natural22k_is_the_references_mel_of_a_short_sound() => CompareWithReference("wav_short", "mel_short");

    [SharedFact("fixtures/f_mel.safetensors")]
    public void Filters_are_the_references()
    {
        using SafeTensors fixture = OpenFixture();
        float[] expected = fixture.Values<float>("mel_basis").ToArray();
        MelFilters filters = new(MelConfig.Natural22k);

        float[] dense = new float[filters.Bands * filters.Bins];
        for (int band = 0; band < filters.Bands; band++)
            filters.Weights(band).CopyTo(dense.AsSpan(band * filters.Bins + filters.FirstBin(band)));

        AssertClose(expected, dense, 1e-7f);
    }

    [Fact]
    public void A_tone_lights_the_band_that_holds_it()
    {
        MelSpectrogram mel = new(MelConfig.Natural22k);

        float[] rows = mel.Compute(Tones.Sine(1000, 22050, 22050));

        float[] middle = rows[(40 * 80)..(41 * 80)];
        int loudest = Array.IndexOf(middle, middle.Max());
        Assert.InRange(loudest, 25, 27); // Slaney: 37.24 mel a band step of 0.559, 1 kHz at 15 mel: band 15 / 0.559 - 1
    }

    [Fact]
    public void Log16k_pads_nothing_and_uses_base_ten()
    {
        MelSpectrogram mel = new(MelConfig.Log16k);

        float[] silence = mel.Compute(new float[16000]);

        Assert.Equal((16000 - 1024) / 256 + 1, silence.Length / 80);
        Assert.All(silence, value => Assert.Equal(-5f, value, 1e-5f));
        Assert.Empty(mel.Compute(new float[1023]));
    }

    [Theory]
    [InlineData(384, 0)]
    [InlineData(385, 1)]
    [InlineData(22050, 86)]
    [InlineData(5001, 19)]
    public void Natural22k_has_a_frame_for_every_hop(int samples, int frames) =>
        Assert.Equal(frames, MelConfig.Natural22k.Frames(samples));

    [Fact]
    public void Each_frame_depends_on_its_own_samples_only()
    {
        MelSpectrogram mel = new(MelConfig.Log16k);
        float[] samples = Tones.Noise(1024 + 20 * 256, seed: 3);

        float[] whole = mel.Compute(samples);

        for (int frame = 0; frame <= 20; frame++)
            AssertClose(whole[(frame * 80)..((frame + 1) * 80)], mel.Compute(samples.AsSpan(frame * 256, 1024)), 1e-6f);
    }

    [Fact]
    public void The_hash_names_the_settings()
    {
        Assert.Equal("7ba55a8eee81", MelConfig.Natural22k.Hash);
        Assert.Equal(MelConfig.Natural22k.Hash, new MelConfig().Hash);
        Assert.NotEqual(MelConfig.Natural22k.Hash, MelConfig.Log16k.Hash);
        Assert.NotEqual(MelConfig.Natural22k.Hash, (MelConfig.Natural22k with { Floor = 1e-6f }).Hash);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    public void The_transform_is_its_definition_and_undoes_itself(int size)
    {
        float[] samples = Tones.Noise(size, seed: size);
        Vector<double>[] signal = Array.ConvertAll(samples, sample => new Vector<double>(sample));
        Vector<double>[] real = new Vector<double>[size / 2 + 1], imaginary = new Vector<double>[size / 2 + 1];
        Vector<double>[] back = new Vector<double>[size];

        LaneFft transform = new(size);
        transform.Forward(signal, real, imaginary);
        transform.Inverse(real, imaginary, back);

        for (int k = 0; k <= size / 2; k++)
        {
            Complex expected = Complex.Zero;
            for (int n = 0; n < size; n++)
                expected += samples[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / size);
            Assert.Equal(expected.Real, real[k][0], 1e-5);
            Assert.Equal(expected.Imaginary, imaginary[k][LaneFft.Lanes - 1], 1e-5);
        }
        AssertClose(samples, Array.ConvertAll(back, vector => (float)vector[0]), 1e-6f);
    }

    private static void CompareWithReference(string wav, string mel)
    {
        using SafeTensors fixture = OpenFixture();

        float[] rows = new MelSpectrogram(MelConfig.Natural22k).Compute(fixture.Values<float>(wav));

        ReadOnlySpan<float> bands = fixture.Values<float>(mel); // [M, T]
        int frames = bands.Length / 80;
        float[] expected = new float[bands.Length];
        for (int i = 0; i < bands.Length; i++)
            expected[i % frames * 80 + i / frames] = bands[i];
        AssertClose(expected, rows, 1e-4f * 11.5f);
    }

    private static SafeTensors OpenFixture() => SafeTensors.Open(Shared.PathOf("fixtures/f_mel.safetensors"));

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        float worst = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance, $"differs by up to {worst}, more than {tolerance}");
    }
}
