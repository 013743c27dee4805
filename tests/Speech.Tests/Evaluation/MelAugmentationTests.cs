using Kouyin.Speech.Evaluation;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class MelAugmentationTests
{
    private static readonly MelAugmentationConfig Nothing = new()
    {
        Speed = 0, Gain = 0, Tilt = 0, Noise = 0, Masks = 0,
    };

    [Fact]
    public void No_change_is_no_change()
    {
        float[] mel = Wave(7, 4);

        Assert.Equal(mel, new MelAugmentation(Nothing, 4).Apply(mel, new(1)));
    }

    [Fact]
    public void Stretching_interpolates_between_frames()
    {
        Assert.Equal([0f, 10, 0.5f, 20, 1, 30], MelAugmentation.Stretch([0, 10, 1, 30], 2, 3));
        Assert.Equal([0f, 10, 1, 30], MelAugmentation.Stretch([0, 10, 5, 5, 1, 30], 2, 2));
        Assert.Equal([0f, 10], MelAugmentation.Stretch([0, 10, 1, 30], 2, 1));
    }

    [Fact]
    public void A_gain_is_the_same_everywhere_and_a_tilt_is_none_in_the_middle()
    {
        float[] louder = new MelAugmentation(Nothing with { Gain = 1 }, 3).Apply(new float[6], new(1));
        float[] tilted = new MelAugmentation(Nothing with { Tilt = 1 }, 3).Apply(new float[6], new(1));

        Assert.All(louder, value => Assert.Equal(louder[0], value));
        Assert.NotEqual(0, louder[0]);
        Assert.Equal([tilted[0], 0, -tilted[0], tilted[0], 0, -tilted[0]], tilted);
        Assert.NotEqual(0, tilted[0]);
    }

    [Fact]
    public void Masks_hide_whole_bands_and_whole_frames_within_their_widths()
    {
        const int Frames = 40, Bands = 20;
        MelAugmentation augmentation = new(Nothing with { Masks = 1, MaskedBands = 6, MaskedFrames = 4 }, Bands);
        float[] mel = Wave(Frames, Bands);

        for (int seed = 0; seed < 20; seed++)
        {
            float[] masked = augmentation.Apply(mel, new(seed));
            bool Same(int t, int band) => mel[t * Bands + band] == masked[t * Bands + band];
            int bands = Enumerable.Range(0, Bands).Count(band => !Enumerable.Range(0, Frames).Any(t => Same(t, band)));
            int frames = Enumerable.Range(0, Frames).Count(t => !Enumerable.Range(0, Bands).Any(band => Same(t, band)));
            int hidden = Enumerable.Range(0, mel.Length).Count(k => mel[k] != masked[k]);

            Assert.InRange(bands, 0, 6);
            Assert.InRange(frames, 0, 4);
            Assert.Equal(bands * Frames + frames * Bands - bands * frames, hidden);
        }
    }

    [Fact]
    public void The_same_seed_changes_alike()
    {
        MelAugmentation augmentation = new(new(), 80);
        float[] mel = Wave(30, 80);

        Assert.Equal(augmentation.Apply(mel, new(5)), augmentation.Apply(mel, new(5)));
        Assert.NotEqual(augmentation.Apply(mel, new(5)), augmentation.Apply(mel, new(6)));
    }

    private static float[] Wave(int frames, int bands) =>
        [.. Enumerable.Range(0, frames * bands).Select(k => MathF.Sin(1.7f * k) + 0.5f * MathF.Cos(0.37f * k * k))];
}
