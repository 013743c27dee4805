using System.Text.Json;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Judges;

namespace Kouyin.Speech.Tests.Evaluation;

/// <summary>The model-free measures against NumPy and SciPy: tests/golden/measures.py.</summary>
public sealed class MeasuresGoldenTests
{
    private const double Tolerance = 1e-3;

    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Find())).RootElement;

    [Fact]
    public void Mel_cepstral_distortion_and_frame_disturbance_of_two_sounds()
    {
        MelCepstrum cepstrum = new(MelConfig.Natural22k);
        float[][] a = cepstrum.Of(Sound(6000, 180, 100, 1)), b = cepstrum.Of(Sound(8000, 200, -60, 90001));

        var path = TimeWarping.Align(a.Length, b.Length, (i, j) => MelCepstrum.Distance(a[i], b[j]));

        Assert.Equal(Number("mcd"), MelCepstrum.Distortion(a, b), Tolerance);
        Assert.Equal(Number("disturbance"), TimeWarping.Disturbance(path), Tolerance);
    }

    [Fact]
    public void The_cheapest_path_through_costs()
    {
        double[] cost = Array.ConvertAll(Spread(5, 30 * 40), value => value + 0.5);

        var path = TimeWarping.Align(30, 40, (i, j) => cost[i * 40 + j]);

        Assert.Equal(Number("warped"), path.Sum(pair => cost[pair.First * 40 + pair.Second]), Tolerance);
        Assert.Equal((int)Number("warp_length"), path.Count);
        Assert.Equal(Number("warp_disturbance"), TimeWarping.Disturbance(path), Tolerance);
    }

    [Fact]
    public void Pitch_errors_correlation_and_moments()
    {
        float[] recorded = Pitch(7), made = Pitch(7001);
        double[] near = Spread(9, 200);
        for (int k = 0; k < made.Length; k++)
            made[k] = near[k] > 0 ? recorded[k] * 1.05f : made[k];
        (int, int)[] path = [.. Enumerable.Range(0, 200).Select(k => (k, k))];
        JsonElement expected = Golden.GetProperty("pitch");

        PitchErrors errors = PitchErrors.Between(recorded, made);
        PitchMoments moments = PitchMoments.Of(recorded);

        Assert.Equal(
            expected.GetProperty("rmse").GetDouble(), Math.Sqrt(errors.SquaredLogs / errors.Compared), Tolerance);
        Assert.Equal(
            expected.GetProperty("voicing").GetDouble(), (double)errors.VoicingErrors / errors.Frames, Tolerance);
        Assert.Equal(expected.GetProperty("gross").GetDouble(), (double)errors.Gross / errors.BothVoiced, Tolerance);
        Assert.Equal(
            expected.GetProperty("correlation").GetDouble(), PairedSums.OfPitch(recorded, made, path).Correlation,
            Tolerance);
        double[] four = [moments.Mean, moments.Deviation, moments.Skewness, moments.Kurtosis];
        Assert.All(four.Zip(Golden.GetProperty("moments").EnumerateArray()), pair =>
            Assert.Equal(pair.Second.GetDouble(), pair.First, Tolerance));
    }

    [Fact]
    public void Accents_as_distances_among_phones()
    {
        double[] numbers = Spread(11, 2 * 10 * 24);
        double[][] tables = [.. numbers.Chunk(10 * 24).Select(speaker =>
        {
            AccentDistances distances = new();
            for (int token = 0; token < 3; token++)
            {
                for (int phone = 0; phone < 10; phone++)
                    distances.Add(AccentDistances.Phones[phone], speaker.AsSpan(phone * 24, 24));
            }
            return distances.Table();
        })];

        Assert.Equal(Number("accdist"), AccentDistances.Similarity(tables[0], tables[1]), Tolerance);
        Assert.Equal(1, AccentDistances.Similarity(tables[0], tables[0]), 1e-9);
        Assert.Equal(45, tables[0].Count(double.IsFinite)); // phones that were not heard are in no pair
    }

    [Fact]
    public void The_equal_error_rate()
    {
        double[] same = Array.ConvertAll(Spread(13, 50), value => value + 0.3), others = Spread(17, 80);

        Assert.Equal(Number("eer"), EqualErrorRate.Of(same, others).Rate, Tolerance);
        Assert.Equal(0, EqualErrorRate.Of([0.9, 0.8], [0.1, 0.2]).Rate);
    }

    private static double Number(string name) => Golden.GetProperty(name).GetDouble();

    private static double[] Spread(uint first, int count) => [.. Enumerable.Range(0, count).Select(k =>
    {
        uint n = unchecked((first + (uint)k) * 2654435761);
        n = unchecked((n ^ (n >> 16)) * 2246822519);
        return (n ^ (n >> 13)) / 4294967296.0 - 0.5;
    })];

    private static float[] Sound(int samples, double pitch, double glide, uint first)
    {
        double[] noise = Spread(first, samples);
        return [.. Enumerable.Range(0, samples).Select(k =>
        {
            double t = k / 22050.0, phase = 2 * Math.PI * (pitch * t + glide * t * t / 2);
            double voice = Enumerable.Range(1, 8).Sum(harmonic => Math.Sin(harmonic * phase) / harmonic);
            return (float)(0.1 * voice + 0.02 * noise[k]);
        })];
    }

    private static float[] Pitch(uint first) =>
        [.. Spread(first, 200).Select((value, k) => k % (5 + first % 3) == 0 ? 0 : (float)(200 + 120 * value))];

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Kouyin.slnx")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, "tests", "golden", "measures.json");
    }
}
