using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Tests.Audio;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class SoundMeasuresTests
{
    [Fact]
    public void A_tilt_of_the_spectrum_has_the_distortion_that_calculation_gives()
    {
        float[] flat = new float[24], tilted = new float[24];
        tilted[0] = 0.3f;
        tilted[3] = -0.4f;

        Assert.Equal(10 / Math.Log(10) * Math.Sqrt(2) * 0.5, MelCepstrum.Distance(flat, tilted), 1e-6);
    }

    [Fact]
    public void Cepstra_do_not_hear_the_level_and_hear_the_colour()
    {
        MelCepstrum cepstrum = new(MelConfig.Natural22k);
        float[] noise = Tones.Noise(11025, seed: 1), smooth = new float[noise.Length];
        for (int i = 1; i < noise.Length; i++)
            smooth[i] = 0.5f * (noise[i] + noise[i - 1]);

        float[][] reference = cepstrum.Of(noise);

        Assert.Equal(0, MelCepstrum.Distortion(reference, cepstrum.Of(noise)));
        Assert.Equal(0, MelCepstrum.Distortion(reference, cepstrum.Of(Array.ConvertAll(noise, s => 0.5f * s))), 0.01);
        Assert.True(MelCepstrum.Distortion(reference, cepstrum.Of(smooth)) > 3);
    }

    [Fact]
    public void Time_warping_finds_the_stretch()
    {
        int[] a = [1, 2, 3, 4], b = [1, 1, 2, 2, 2, 3, 4, 4];

        var path = TimeWarping.Align(a.Length, b.Length, (i, j) => Math.Abs(a[i] - b[j]));

        Assert.All(path, pair => Assert.Equal(a[pair.First], b[pair.Second]));
        Assert.Equal([.. Enumerable.Range(0, 8)], path.Select(pair => pair.Second).Distinct());
        Assert.Equal([(0, 0)], TimeWarping.Align(1, 1, (_, _) => 1));
    }

    [Fact]
    public void Pitch_errors_count_voicing_and_the_logarithm_of_the_pitch()
    {
        PitchErrors errors = PitchErrors.Between([0, 100, 200, 0, 100, 90], [0, 110, 0, 50, 100, 180]);

        Assert.Equal((2, 1, 2, 6), (errors.Compared, errors.Gross, errors.VoicingErrors, errors.Frames));
        Assert.Equal(Math.Log(1.1) * Math.Log(1.1), errors.SquaredLogs, 1e-6);
        Assert.Equal(errors with { Frames = 1, Compared = 1, Gross = 0, VoicingErrors = 0 },
            PitchErrors.Between([0, 100], [110, 0], [(1, 0)]));
    }

    [Fact]
    public void A_ratio_has_an_interval_that_narrows_with_more_utterances()
    {
        Random random = new(1);
        (double, double)[] many = [.. Enumerable.Range(0, 900).Select(_ => (random.NextDouble(), 1.0))];

        Measured few = Measured.Ratio(many[..30]), all = Measured.Ratio(many, Math.Sqrt);

        Assert.InRange(few.Value, few.Low, few.High);
        Assert.InRange(Math.Sqrt(0.5), all.Low, all.High);
        Assert.True(all.High - all.Low < 0.5 * (few.High - few.Low));
        Assert.Equal(0, Measured.Ratio([(0, 0)]).Value);
    }

    [Fact]
    public void A_copy_through_griffin_lim_lies_under_its_recording()
    {
        foreach (MelConfig mel in MelConfig.Profiles.Values)
        {
            float[] tone = Tones.Sine(220, mel.SampleRate, mel.SampleRate / 2);
            for (int i = 0; i < tone.Length / 3; i++)
                tone[i] = 0; // so that a shift in time would be an error of voicing
            CopySynthesis copies = new(mel);

            CopyErrors same = copies.Compare(tone, tone.AsSpan((1024 - 256) / 2 - mel.PaddingSamples));
            CopyErrors copy = copies.Compare(tone, copies.Copy(tone, new GriffinLim(mel, new() { Iterations = 10 })));

            Assert.Equal((0, 0, 0), (same.Spectrum, same.Distortion, same.Pitch.VoicingErrors));
            Assert.InRange(copy.Pitch.VoicingErrors, 0, 2);
            Assert.True(copy.Pitch.BothVoiced > 10);
        }
    }
}
