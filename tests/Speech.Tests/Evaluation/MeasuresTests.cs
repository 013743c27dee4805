using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Tests.Audio;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class MeasuresTests
{
    [Fact]
    public void A_rate_counts_no_pause()
    {
        const int rate = 22050;
        float[] word = Tones.Sine(200, rate, rate / 2);
        float[] whole = [.. word, .. new float[rate / 2], .. word];

        SpeakingRate alone = SpeakingRate.Of(word, rate, 2), twice = SpeakingRate.Of(whole, rate, 4);

        Assert.Equal(4, alone.PerSecond, 0.3);
        Assert.Equal(alone.PerSecond, twice.PerSecond, 0.3);
        Assert.Equal(alone.PerSecond, (alone + alone).PerSecond, 1e-9);
    }

    [Fact]
    public void A_duration_bias_is_the_logarithm_of_the_tempo()
    {
        DurationErrors faster = DurationErrors.Between([1, 2, 3], [0.8, 1.6, 2.4]);
        DurationErrors uneven = DurationErrors.Between([1, 1], [2, 0.5]);

        Assert.Equal(Math.Log(0.8), faster.Bias, 1e-9);
        Assert.Equal(-faster.Bias, faster.RootMeanSquare, 1e-9);
        Assert.Equal(0, uneven.Bias, 1e-9);
        Assert.Equal(Math.Log(2), uneven.RootMeanSquare, 1e-9);
    }

    [Fact]
    public void An_even_change_of_tempo_disturbs_nothing_and_an_uneven_one_does()
    {
        (int, int)[] even = [.. Enumerable.Range(0, 11).Select(k => (k, 2 * k))];
        (int, int)[] uneven = [(0, 0), (1, 4), (2, 8), (3, 8), (4, 8)];

        Assert.Equal(0, TimeWarping.Disturbance(even), 1e-9);
        Assert.True(TimeWarping.Disturbance(uneven) > 1);
    }

    [Fact]
    public void A_voice_does_not_count_in_its_accent()
    {
        Random random = new(3);
        double[][] phones = [.. AccentDistances.Phones.Select(_ => Vector(random))];
        double[] voice = Vector(random), merged = phones[1];

        double[] own = Table(phones), another = Table([.. phones.Select(p => Add(p, voice))]);
        double[] accented = Table([merged, .. phones.Skip(1)]);

        Assert.Equal(1, AccentDistances.Similarity(own, another), 1e-9);
        Assert.True(AccentDistances.Similarity(own, accented) < 0.99);
        Assert.Equal(own, AccentDistances.Mean([own, another]).Zip(own, (a, b) => Math.Abs(a - b) < 1e-9 ? b : a));
    }

    private static double[] Table(double[][] phones)
    {
        AccentDistances distances = new();
        for (int token = 0; token < 3; token++)
        {
            for (int k = 0; k < phones.Length; k++)
                distances.Add(AccentDistances.Phones[k], phones[k]);
        }
        return distances.Table();
    }

    private static double[] Vector(Random random) => [.. Enumerable.Range(0, 24).Select(_ => random.NextDouble())];

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
