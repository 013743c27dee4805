using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Decoder;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Tests.Model;

/// <summary>
/// A small Grad-TTS against what an independent one in PyTorch computes: tests/golden/grad_tts.py, which this follows.
/// </summary>
public sealed class GoldenTests
{
    private const int Symbols = 12, Mels = 16, Speakers = 3, Segment = 24;
    private const double Temperature = 1.5, LengthScale = 2;

    private static readonly long[] SymbolCounts = [7, 5, 3];
    private static readonly long[] FrameCounts = [36, 28, 12];

    [Fact]
    public void Means_alignment_and_losses_match()
    {
        using TensorScope scope = new();
        using Fixture golden = Golden();
        using ParameterStore store = Weights();
        AcousticModel model = new(store.Root, Config, Shape);

        var (aligned, losses) = Losses(model);

        Fixture.Compare("means", aligned.Mean, golden["means"]);
        Assert.Equal(golden["durations"].ToArray(), aligned.Durations);
        Fixture.Compare("losses", Tensor.Stack(0, losses.Duration, losses.Prior, losses.Decoder), golden["losses"]);
    }

    [Fact]
    public void Every_parameter_s_gradient_matches()
    {
        using TensorScope scope = new();
        using Fixture golden = Golden();
        using ParameterStore store = Weights();
        AcousticModel model = new(store.Root, Config, Shape);

        Losses(model).Losses.Total.Backward();

        float[] want = golden["gradients"].ToArray(); // of each: its projection on numbers of our own, and its length
        string[] names = [.. store.Parameters.Keys.Order(StringComparer.Ordinal)];
        Assert.Equal(names.Length, want.Length / 2);
        double noise = Fixture.Noise * want.Max();
        for (int k = 0; k < names.Length; k++)
        {
            Tensor gradient = store.Parameters[names[k]].Grad!;
            double room = Fixture.Tolerance * Math.Max(want[2 * k + 1], noise);
            double projection = (gradient * Numbers(7, gradient.Shape)).Sum().Item();
            double length = Math.Sqrt(gradient.Square().Sum().Item());
            // The projection adds as many numbers as the gradient has, each less than 1/2.
            double sum = room * Math.Sqrt(gradient.Count);
            Assert.True(Math.Abs(length - want[2 * k + 1]) <= room, $"{names[k]}: {length}, not {want[2 * k + 1]}");
            Assert.True(Math.Abs(projection - want[2 * k]) <= sum, $"{names[k]}: {projection}, not {want[2 * k]}");
        }
    }

    [Fact]
    public void Speech_with_given_noise_matches()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Fixture golden = Golden();
        using ParameterStore store = Weights();
        AcousticModel model = new(store.Root, Config, Shape);

        Conditions conditions = model.Condition(SpeakerIds(), null);
        AcousticModel.Planned plan = model.Plan(
            SymbolIds(), SymbolCounts, conditions, new() { Speed = 1 / LengthScale, ReferenceDurations = true });
        Tensor noise = Numbers(9000, plan.Mean.Shape) * 3;
        Tensor spoken = ((Score2d)model.Decoder).Sample(
            plan.Mean + noise / Temperature, plan.Mean, plan.Mask, conditions, steps: 4);

        int frames = plan.FrameCounts.Max();
        Assert.Equal(golden["spoken_durations"].ToArray(), plan.Durations);
        Fixture.Compare("mean", plan.Mean.Slice(1, 0, frames), golden["spoken_mean"]);
        Fixture.Compare("spoken", spoken.Slice(1, 0, frames), golden["spoken"]);
    }

    private static AcousticConfig Config { get; } = new()
    {
        Encoder = new()
        {
            Width = 16, Hidden = 24, DurationHidden = 12, Layers = 2, Dropout = 0, PrenetDropout = 0,
        },
        Score2d = new() { Width = 8 },
        Speaker = new() { Width = 8 },
        SegmentFrames = Segment,
    };

    private static AcousticShape Shape { get; } = new()
    {
        Symbols = Symbols, Mels = Mels, Speakers = Speakers, Accents = 1,
    };

    private static Fixture Golden() =>
        Fixture.Open(Path.Combine(AppContext.BaseDirectory, "golden", "grad-tts.safetensors"));

    private static (AcousticModel.Aligned Aligned, Losses Losses) Losses(AcousticModel model)
    {
        Batch batch = new(SymbolIds(), SymbolCounts, StillMels(), FrameCounts, SpeakerIds(), null);
        AcousticModel.Aligned aligned = model.Align(batch);
        var (mel, mean, mask) = model.Cut(aligned, FrameCounts, [5, 2, 0]);
        Tensor noise = Numbers(5000, batch.FrameCounts.Length, Segment, Mels) * 3;
        Tensor decoder = ((Score2d)model.Decoder).Loss(
            mel, mean, mask, aligned.Conditions, Tensor.From([0.1f, 0.5f, 0.9f], 3), noise);
        return (aligned, new(aligned.DurationLoss, AcousticModel.Prior(mel, mean, mask), decoder));
    }

    /// <summary>The script's weights: matrices by their fan-in, gains about 1, the rest about 0.</summary>
    private static ParameterStore Weights()
    {
        using ParameterStore shapes = ParameterStore.Fresh(1);
        _ = new AcousticModel(shapes.Root, Config, Shape);
        Dictionary<string, Tensor> weights = [];
        long first = 0;
        foreach (string name in shapes.Parameters.Keys.Order(StringComparer.Ordinal))
        {
            long[] shape = shapes.Parameters[name].Shape;
            Tensor values = Numbers(first, shape);
            first += values.Count;
            bool gain = name.EndsWith("gamma", StringComparison.Ordinal)
                || name.EndsWith("weight", StringComparison.Ordinal);
            weights[name] = shape.Length > 1 ? values * (2 / Math.Sqrt(values.Count / (double)shape[0]))
                : gain ? values + 1 : values;
        }
        return ParameterStore.From(weights);
    }

    private static Tensor SymbolIds() => (Numbers(1, SymbolCounts.Length, SymbolCounts.Max()) * 11 + 6).To(DType.Int64);

    private static Tensor SpeakerIds() => Tensor.From<long>([2, 0, 1], 3);

    private static Tensor StillMels()
    {
        long frames = FrameCounts.Max();
        Tensor mask = Mask.FromLengths(Tensor.From<long>(FrameCounts, FrameCounts.Length), (int)frames);
        return Numbers(100, FrameCounts.Length, frames / 4, Mels).RepeatInterleave(4, 1) * 6 * mask;
    }

    /// <summary>The script's <c>spread</c>: numbers in [-0.5, 0.5) that look random.</summary>
    private static Tensor Numbers(long first, params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int k = 0; k < values.Length; k++)
        {
            uint n = (uint)(first + k) * 2654435761u;
            n = (n ^ n >> 16) * 2246822519u;
            values[k] = (float)((n ^ n >> 13) / 4294967296.0 - 0.5);
        }
        return Tensor.From<float>(values, shape);
    }
}
