using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Tests.Audio;

public sealed class PsolaTests
{
    private const int Rate = 22050;

    private static readonly PitchTracker Tracker = new(MelConfig.Natural22k);

    [Theory]
    [InlineData(150, 150, 1)]
    [InlineData(150, 210, 1)]
    [InlineData(220, 130, 1)]
    [InlineData(180, 180, 0.5)]
    [InlineData(120, 170, 1.6)]
    public void A_voice_gets_the_pitch_and_the_length_that_are_asked(double from, double to, double length)
    {
        float[] voice = Harmonics(from);
        double[] source = [.. Enumerable.Range(0, (int)(voice.Length * length)).Select(i => i / length)];
        double[] hertz = new double[source.Length];
        Array.Fill(hertz, to);

        float[] changed = new Psola(voice, Tracker.Compute(voice), MelConfig.Natural22k).Change(source, hertz);

        float[] pitch = Tracker.Compute(changed);
        Assert.Equal(source.Length, changed.Length);
        Assert.All(pitch[3..^3], value => Assert.InRange(value, to * 0.99, to * 1.01));
    }

    [Fact]
    public void The_timbre_stays_where_the_pitch_moves()
    {
        float[] voice = Harmonics(140);
        double[] source = [.. Enumerable.Range(0, voice.Length).Select(i => (double)i)];
        double[] hertz = [.. source.Select(_ => 190.0)];
        MelSpectrogram mel = new(MelConfig.Natural22k);

        float[] changed = new Psola(voice, Tracker.Compute(voice), MelConfig.Natural22k).Change(source, hertz);

        float[] expected = mel.Compute(Harmonics(190)), actual = mel.Compute(changed);
        Assert.InRange(Loudest(actual), Loudest(expected) - 1, Loudest(expected) + 1);
    }

    [Fact]
    public void What_has_no_voice_stays_as_it_is()
    {
        float[] noise = Tones.Noise(Rate, seed: 4);
        double[] source = [.. Enumerable.Range(0, noise.Length).Select(i => (double)i)];

        float[] changed = new Psola(noise, new float[86], MelConfig.Natural22k).Change(source, source);

        for (int i = 0; i < noise.Length - 200; i++)
            Assert.Equal(noise[i], changed[i], 1e-3f);
    }

    /// <summary>A resonance at 900 Hz, whatever the pitch.</summary>
    private static float[] Harmonics(double hertz)
    {
        float[] sum = new float[Rate];
        for (int k = 1; k * hertz < 4000; k++)
        {
            double strength = 0.1 / (1 + Math.Pow((k * hertz - 900) / 150, 2));
            for (int i = 0; i < sum.Length; i++)
                sum[i] += (float)(strength * Math.Cos(2 * Math.PI * k * hertz * i / Rate));
        }
        return sum;
    }

    /// <summary>The band around which the mel's energy lies.</summary>
    private static double Loudest(float[] mel)
    {
        double weighted = 0, sum = 0;
        for (int i = 10 * 80; i < mel.Length - 10 * 80; i++)
            (weighted, sum) = (weighted + Math.Exp(mel[i]) * (i % 80), sum + Math.Exp(mel[i]));
        return weighted / sum;
    }
}
