using Kouyin.Speech.Model.Vocoder.Harmonic;

namespace Kouyin.Speech.Tests.Model.Vocoder;

public sealed class ExcitationTests
{
    private const int Rate = 22050, Hop = 256;

    [Theory]
    [InlineData(90)]
    [InlineData(200)]
    [InlineData(377)]
    public void Pulses_have_the_pitch_and_as_much_power_as_the_noise(double hertz)
    {
        (float[] pulses, float[] noise) = Make([.. Enumerable.Repeat((float)Excitation.Octave(hertz), 82)]);

        float half = pulses.Max() / 2;
        int count = Enumerable.Range(1, pulses.Length - 1).Count(i => pulses[i - 1] < half && pulses[i] >= half);
        Assert.Equal(hertz * pulses.Length / Rate, count, 1.5);
        Assert.InRange(pulses.Average(p => p * p) / noise.Average(n => n * n), 0.85, 1.1);
        Assert.Equal(1, noise.Average(n => n * n), 0.05);
    }

    [Fact]
    public void Pulses_begin_and_end_softly_where_voicing_does()
    {
        float[] octaves = new float[32];
        octaves.AsSpan(0, 11).Fill(float.NaN);
        octaves.AsSpan(21).Fill(float.NaN);

        (float[] pulses, _) = Make(octaves);

        Assert.All(pulses[..(10 * Hop)], sample => Assert.Equal(0, sample));
        Assert.All(pulses[(20 * Hop)..], sample => Assert.Equal(0, sample));
        float first = pulses[(10 * Hop)..(10 * Hop + 20)].Max(Math.Abs);
        Assert.True(first < 0.2 * pulses[(12 * Hop)..(14 * Hop)].Max(Math.Abs));
    }

    [Fact]
    public void Any_cut_between_frames_gives_the_same()
    {
        float[] octaves = [.. Enumerable.Range(0, 42).Select(t => t % 9 == 4 ? float.NaN : 0.1f * (t % 9))];
        (float[] pulses, float[] noise) = Make(octaves);
        Excitation excitation = new(Rate, Hop, seed: 3);
        float[] tone = new float[40 * Hop], hiss = new float[40 * Hop];

        excitation.Next(octaves.AsSpan(0, 15), tone.AsSpan(0, 13 * Hop), hiss.AsSpan(0, 13 * Hop));
        excitation.Next(octaves.AsSpan(13), tone.AsSpan(13 * Hop), hiss.AsSpan(13 * Hop));

        Assert.Equal(pulses, tone);
        Assert.Equal(noise, hiss);
    }

    [Fact]
    public void A_class_of_pitch_is_read_as_it_was_written()
    {
        for (double octave = -1.9; octave < 1.9; octave += 0.0137)
        {
            float[] target = new float[PitchScale.Count];
            PitchScale.Aim(octave, target);

            Assert.Equal(1, target.Sum(), 1e-4);
            Assert.Equal(octave, PitchScale.Read([.. target.Select(p => MathF.Log(p + 1e-9f))]), 0.003);
        }
    }

    private static (float[] Pulses, float[] Noise) Make(float[] octaves)
    {
        float[] pulses = new float[(octaves.Length - 2) * Hop], noise = new float[pulses.Length];
        new Excitation(Rate, Hop, seed: 3).Next(octaves, pulses, noise);
        return (pulses, noise);
    }
}
