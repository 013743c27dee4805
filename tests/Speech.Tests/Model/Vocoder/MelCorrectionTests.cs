using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Model.Vocoder.Harmonic;
using Kouyin.Speech.Tests.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model.Vocoder;

/// <summary>A sound is moved to its mel at low frequencies, and nowhere else.</summary>
public sealed class MelCorrectionTests
{
    private const int Frames = 80;

    [Theory]
    [InlineData("natural22k", 0.02)]
    [InlineData("log16k", 0.02)]
    public void A_pitch_that_wavers_where_its_mel_does_not_gets_steadier(string profile, double wavers)
    {
        MelConfig mel = MelConfig.Profiles[profile];
        float[] recorded = Voice(mel, 210), made = Voice(mel, 210, wavers);

        float[] corrected = Corrected(mel, made, recorded);

        double before = Off(mel, recorded, made), after = Off(mel, recorded, corrected);
        Assert.InRange(before, 0.2 * wavers, wavers);
        Assert.InRange(after, 0, 0.75 * before);
    }

    [Theory]
    [InlineData("natural22k")]
    [InlineData("log16k")]
    public void Hiss_between_low_harmonics_goes(string profile)
    {
        MelConfig mel = MelConfig.Profiles[profile];
        float[] recorded = Voice(mel, 210), hiss = Tones.Noise(recorded.Length, seed: 4, amplitude: 0.1);
        float[] made = [.. recorded.Zip(hiss, (a, b) => a + b)];

        float[] corrected = Corrected(mel, made, recorded);

        Assert.InRange(MelDistance(mel, recorded, corrected), 0, 0.3 * MelDistance(mel, recorded, made));
    }

    [Theory]
    [InlineData("natural22k")]
    [InlineData("log16k")]
    public void A_sound_whose_mel_is_right_stays_as_it_is(string profile)
    {
        MelConfig mel = MelConfig.Profiles[profile];
        float[] sound = Voice(mel, 170);

        float[] corrected = Corrected(mel, sound, sound);

        Assert.True(sound.Zip(corrected, (a, b) => Math.Abs(a - b)).Max() < 2e-3 * sound.Max());
    }

    [Fact]
    public void Frequencies_above_the_low_ones_are_left_alone()
    {
        MelConfig mel = MelConfig.Natural22k;
        float[] hiss = Tones.Sine(4000, mel.SampleRate, Samples(mel), amplitude: 0.1), spoken = Voice(mel, 210);

        float[] corrected = Corrected(mel, hiss, spoken);

        float[] before = Magnitudes(mel, hiss), after = Magnitudes(mel, corrected);
        Range low = 5..40, high = 150..350; // bins of 21.5 Hz
        Assert.True(after[low].Max() > 100 * before[low].Max());
        Assert.All(before[high].Zip(after[high]), pair => Assert.Equal(pair.First, pair.Second, 0.02 * before.Max()));
    }

    private static float[] Corrected(MelConfig mel, float[] made, float[] recorded)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        return new MelCorrection(mel).Apply(Row(made), Natural(mel).Of(Row(recorded))).ToArray();
    }

    /// <summary>The mean difference of the bands up to 700 Hz, in natural logarithms.</summary>
    private static double MelDistance(MelConfig mel, float[] a, float[] b)
    {
        using TensorScope scope = new();
        LogMel natural = Natural(mel);
        return (natural.Of(Row(a)) - natural.Of(Row(b))).Slice(2, 0, 16).Abs().Mean().Item();
    }

    private static LogMel Natural(MelConfig mel) => new(mel with { Log = MelLog.Natural });

    private static Tensor Row(float[] samples) => Tensor.From<float>(samples, 1, samples.Length);

    private static float[] Magnitudes(MelConfig mel, float[] sound)
    {
        using TensorScope scope = new();
        Tensor magnitude = new ShortTimeFourier(mel.FftSize, mel.HopSamples)
            .Forward(Row(sound)).Magnitude(0);
        return magnitude.Select(1, Frames / 2).ToArray();
    }

    /// <summary>The root mean square difference of two pitch tracks, as logarithms.</summary>
    private static double Off(MelConfig mel, float[] a, float[] b)
    {
        PitchTracker tracker = new(mel);
        ReadOnlySpan<float> first = tracker.Compute(a), second = tracker.Compute(b);
        PitchErrors errors = PitchErrors.Between(first[15..^15], second[15..^15]);
        Assert.Equal(errors.Frames, errors.Compared);
        return Math.Sqrt(errors.SquaredLogs / errors.Compared);
    }

    /// <summary>Harmonics that fall off, the pitch gliding by a tenth, and up and down every eight frames.</summary>
    private static float[] Voice(MelConfig mel, double hertz, double wavers = 0)
    {
        float[] samples = new float[Samples(mel)];
        double phase = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double glide = 0.1 * Math.Sin(2 * Math.PI * i / samples.Length);
            double pitch = hertz * (1 + glide + wavers * Math.Sin(2 * Math.PI * i / (8 * mel.HopSamples)));
            phase += pitch / mel.SampleRate;
            for (int k = 1; k * pitch < 4000; k++)
                samples[i] += (float)(0.1 / k * Math.Sin(2 * Math.PI * k * phase));
        }
        return samples;
    }

    private static int Samples(MelConfig mel) => (Frames - 1) * mel.HopSamples + mel.FftSize;
}
