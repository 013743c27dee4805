using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Accent;
using Kouyin.Speech.Model.Encoder;
using Kouyin.Torch;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Tests.Model.Accent;

/// <summary>A whole acoustic model that hears its accents in references.</summary>
public sealed class AccentModelTests
{
    private const int Mels = 8;

    [Fact]
    public void Padding_and_batch_mates_do_not_change_what_it_means()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(5);
        AcousticModel model = Model(store, AccentLossKind.Embedding);
        Shake(store);
        using Generator random = new(6);
        Batch batch = SomeBatch(random);
        Recordings first = new(batch.References!.Mel.Slice(0, 0, 1).Slice(1, 0, 70), [70]);

        Tensor together = Means(model, batch.Symbols, [3, 5], batch.Speakers!, batch.References!);
        Tensor alone = Means(
            model, batch.Symbols.Slice(0, 0, 1).Slice(1, 0, 3), [3], batch.Speakers!.Slice(0, 0, 1), first);

        int frames = alone.Size(1);
        Fixture.Compare("means", together.Slice(0, 0, 1).Slice(1, 0, frames), alone, tolerance: 1e-5);
    }

    [Theory]
    [InlineData(AccentLossKind.None)]
    [InlineData(AccentLossKind.Embedding)]
    [InlineData(AccentLossKind.Weights)]
    public void A_gradient_reaches_every_parameter(AccentLossKind loss)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(7);
        AcousticModel model = Model(store, loss);
        Shake(store);
        using Generator random = new(8);

        Losses losses = model.Losses(SomeBatch(random), random);
        (losses.Accents is null ? losses.Total : losses.Total + losses.Accents.Mean()).Backward();

        Assert.Equal(loss == AccentLossKind.None, losses.Accents is null);
        Assert.All(store.Parameters, p => Assert.True(p.Value.Grad?.Abs().Sum().Item() > 0, p.Key));
    }

    [Fact]
    public void At_the_first_step_only_the_accent_loss_shapes_what_is_heard()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(9);
        AcousticModel model = Model(store, AccentLossKind.Embedding);
        using Generator random = new(10);

        model.Losses(SomeBatch(random), random).Total.Backward();

        // The conditional norm starts with zeros, which let nothing through backward.
        Assert.All(store.Parameters.Where(p => p.Key.StartsWith("acc_tokens", StringComparison.Ordinal)),
            p => Assert.True(p.Value.Grad is null || p.Value.Grad.Abs().Max().Item() == 0, p.Key));
    }

    [Fact]
    public void One_batch_and_its_accents_are_learnt()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(11);
        AcousticModel model = Model(store, AccentLossKind.Embedding);
        using Generator random = new(12);
        Batch batch = SomeBatch(random);
        using Adam adam = new(store.Parameters, new() { LearningRate = 3e-3 });

        List<(double Total, double Accent)> losses = [];
        for (int step = 0; step < 70; step++)
        {
            using TensorScope inner = new();
            using Generator same = new(13);
            store.ClearGradients();
            Losses learnt = model.Losses(batch, same);
            Tensor accent = learnt.Accents!.Mean();
            (learnt.Total + accent).Backward();
            adam.Step();
            losses.Add((learnt.Total.Item(), accent.Item()));
        }

        Assert.True(losses[^1].Total < 0.7 * losses[0].Total, $"{losses[0]} to {losses[^1]}");
        Assert.True(losses[^1].Accent < 0.1, $"{losses[0]} to {losses[^1]}");
    }

    [Theory]
    // The log's E6: 14,888,856.
    [InlineData(192, 768, 10, AccentLossKind.None, 14_888_856)]
    // Its E8, 19,699,100, without the 345,168 parameters of a decoder's channel that never got a style.
    [InlineData(256, 1024, 4, AccentLossKind.Embedding, 19_353_932)]
    public void It_has_as_many_parameters_as_the_log_s(
        int width, int hidden, int tokens, AccentLossKind loss, long expected)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        bool isNorm = width == 256;

        _ = new AcousticModel(
            store.Root,
            new()
            {
                Encoder = new()
                {
                    Layer = EncoderLayer.Conformer, Width = width, Hidden = hidden, AccentNorm = isNorm ? [0] : [],
                },
                Accent = new() { Source = AccentSource.Tokens, Tokens = tokens, Width = 256, Loss = loss },
                DecoderConditioning = new()
                {
                    Speaker = DecoderPath.Channel, Accent = isNorm ? DecoderPath.None : DecoderPath.Channel,
                },
            },
            new() { Symbols = 199, Mels = 80, Speakers = 222, Accents = 4 });

        Assert.Equal(expected, store.Parameters.Values.Sum(parameter => parameter.Count));
    }

    private static Tensor Means(
        AcousticModel model, Tensor symbols, long[] counts, Tensor speakers, Recordings references)
    {
        Conditions conditions = model.Condition(speakers, null, model.Hear(references).Style);
        return model.Plan(symbols, counts, conditions, new() { Durations = [.. Frames(symbols, counts)] }).Mean;
    }

    /// <summary>Four frames for every real symbol.</summary>
    private static IEnumerable<float> Frames(Tensor symbols, long[] counts) =>
        counts.SelectMany(count => Enumerable.Range(0, symbols.Size(1)).Select(k => k < count ? 4f : 0));

    private static AcousticModel Model(ParameterStore store, AccentLossKind loss) => new(
        store.Root,
        new()
        {
            Encoder = new()
            {
                Width = 16, Hidden = 24, DurationHidden = 12, Layers = 2, Dropout = 0, PrenetDropout = 0,
                AccentNorm = [0],
            },
            Score2d = new() { Width = 8 },
            Speaker = new() { Width = 6 },
            Accent = new()
            {
                Source = AccentSource.Tokens, Tokens = 3, Width = 16, Heads = 2, TokenWidth = 6, Loss = loss,
            },
            SegmentFrames = 16,
        },
        new() { Symbols = 12, Mels = Mels, Speakers = 3, Accents = 3, MelMean = -1, MelDeviation = 2 });

    private static Batch SomeBatch(Generator random) => new(
        Tensor.From<long>([1, 2, 3, 0, 0, 4, 5, 6, 7, 8], 2, 5), [3, 5], Tensor.Randn([2, 27, Mels], random), [14, 27],
        Tensor.From<long>([2, 0], 2), Tensor.From<long>([0, 2], 2), new(Tensor.Randn([2, 90, Mels], random), [70, 90]));

    /// <summary>Moves every parameter off its start, so that no zero hides an effect.</summary>
    private static void Shake(ParameterStore store)
    {
        using NoGrad noGrad = new();
        using Generator random = new(99);
        foreach (Tensor parameter in store.Parameters.Values)
            parameter.CopyFrom(parameter.StopGradient() + 0.1 * Tensor.Randn(parameter.Shape, random));
    }
}
