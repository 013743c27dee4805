using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Accent;
using Kouyin.Speech.Model.Encoder;
using Kouyin.Torch;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Tests.Model;

/// <summary>What each way of hearing speaker and accent reaches, and what it leaves alone.</summary>
public sealed class ConditioningTests
{
    private const int Mels = 8;

    private static TextEncoderConfig Small { get; } = new()
    {
        Width = 16, Hidden = 24, DurationHidden = 12, Layers = 2, ConvKernel = 7, Dropout = 0, PrenetDropout = 0,
    };

    /// <summary>Kinds of encoder, each with another way for speaker and accent.</summary>
    public static TheoryData<string> Encoders => [.. Kinds.Keys];

    private static Dictionary<string, TextEncoderConfig> Kinds { get; } = new()
    {
        ["none"] = Small,
        ["speaker"] = Small with { Conditioning = EncoderConditioning.Speaker },
        ["speaker and accent"] = Small with { Conditioning = EncoderConditioning.SpeakerAccent },
        ["conformer"] = Small with { Layer = EncoderLayer.Conformer },
        ["conformer, first norm"] = Small with { Layer = EncoderLayer.Conformer, AccentNorm = [0] },
        ["conformer, all norms"] = Small with { Layer = EncoderLayer.Conformer, AccentNorm = [0, 1] },
        ["conformer, dual norms"] = Small with
        {
            Layer = EncoderLayer.Conformer,
            FeedForward = FeedForwardKind.Conv,
            AccentNorm = [0],
            SpeakerNorm = [1],
        },
        ["transformer, dual norms"] = Small with { AccentNorm = [0], SpeakerNorm = [1] },
    };

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Padding_and_batch_mates_do_not_change_means_and_durations(string kind)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(5);
        AcousticModel model = Model(store, Kinds[kind]);
        Shake(store);
        Tensor symbols = Tensor.From<long>([1, 2, 3, 0, 0, 4, 5, 6, 7, 8], 2, 5);

        var together = Encode(model, symbols, [3, 5], [1, 0], [0, 1]);
        var alone = Encode(model, symbols.Slice(0, 0, 1).Slice(1, 0, 3), [3], [1], [0]);

        Fixture.Compare("means", together.Mean.Slice(0, 0, 1).Slice(1, 0, 3), alone.Mean, tolerance: 1e-5);
        Fixture.Compare("durations", together.Logs.Slice(0, 0, 1).Slice(1, 0, 3), alone.Logs, tolerance: 1e-5);
        Assert.Equal(0, together.Mean.Slice(0, 0, 1).Slice(1, 3).Abs().Max().Item());
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void Speaker_and_accent_change_means_and_durations_where_the_recipe_says_so_only(string kind)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(6);
        AcousticModel model = Model(store, Kinds[kind]);
        Shake(store);
        Tensor symbols = Tensor.From<long>([1, 2, 3], 1, 3);

        var plain = Encode(model, symbols, [3], [0], [0]);
        var speaker = Encode(model, symbols, [3], [1], [0]);
        var accent = Encode(model, symbols, [3], [0], [1]);

        Assert.Equal(Kinds[kind].HearsSpeaker, Differ(plain.Mean, speaker.Mean));
        Assert.Equal(Kinds[kind].HearsSpeaker, Differ(plain.Logs, speaker.Logs));
        Assert.Equal(Kinds[kind].HearsAccent, Differ(plain.Mean, accent.Mean));
        Assert.Equal(Kinds[kind].HearsAccent, Differ(plain.Logs, accent.Logs));
    }

    [Theory]
    [MemberData(nameof(Encoders))]
    public void The_losses_of_an_encoder_reach_just_the_vectors_that_it_hears(string kind)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(7);
        AcousticModel model = Model(store, Kinds[kind], decoder: DecoderKind.Flow1d);
        Shake(store);
        using Generator random = new(8);

        Losses losses = model.Losses(SomeBatch(random), random);
        (losses.Duration + losses.Prior).Backward();

        foreach (var (path, parameter) in store.Parameters)
        {
            bool reached = path.StartsWith("spk_emb", StringComparison.Ordinal) ? Kinds[kind].HearsSpeaker
                : path.StartsWith("acc_emb", StringComparison.Ordinal) ? Kinds[kind].HearsAccent
                : path.StartsWith("encoder", StringComparison.Ordinal);
            Assert.True(reached == Reached(parameter), $"{path} {(reached ? "gets no" : "gets a")} gradient");
        }
    }

    [Theory]
    [InlineData(DecoderKind.Score2d, DecoderPath.None, DecoderPath.None)]
    [InlineData(DecoderKind.Score2d, DecoderPath.Channel, DecoderPath.None)]
    [InlineData(DecoderKind.Score2d, DecoderPath.None, DecoderPath.Channel)]
    [InlineData(DecoderKind.Score2d, DecoderPath.Film, DecoderPath.Channel)]
    [InlineData(DecoderKind.Score2d, DecoderPath.Film, DecoderPath.Film)]
    [InlineData(DecoderKind.Flow1d, DecoderPath.None, DecoderPath.None)]
    [InlineData(DecoderKind.Flow1d, DecoderPath.Channel, DecoderPath.Film)]
    [InlineData(DecoderKind.Flow1d, DecoderPath.Film, DecoderPath.Channel)]
    public void The_loss_of_a_decoder_reaches_all_of_it_and_just_the_vectors_that_it_hears(
        DecoderKind decoder, DecoderPath speaker, DecoderPath accent)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(9);
        AcousticModel model = Model(store, Small, decoder, speaker, accent);
        Shake(store);
        using Generator random = new(10);

        model.Losses(SomeBatch(random), random).Decoder.Backward();

        foreach (var (path, parameter) in store.Parameters)
        {
            bool reached = path.StartsWith("spk_emb", StringComparison.Ordinal) ? speaker != DecoderPath.None
                : path.StartsWith("acc_emb", StringComparison.Ordinal) ? accent != DecoderPath.None
                : !path.StartsWith("encoder.proj_w", StringComparison.Ordinal);
            Assert.True(reached == Reached(parameter), $"{path} {(reached ? "gets no" : "gets a")} gradient");
        }
    }

    [Theory]
    [InlineData("conformer, dual norms", DecoderKind.Flow1d, DecoderPath.Channel, DecoderPath.Film)]
    [InlineData("conformer, first norm", DecoderKind.Score2d, DecoderPath.Film, DecoderPath.Channel)]
    public void One_batch_is_learnt(string kind, DecoderKind decoder, DecoderPath speaker, DecoderPath accent)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(11);
        AcousticModel model = Model(store, Kinds[kind], decoder, speaker, accent);
        using Generator random = new(12);
        Batch batch = SomeBatch(random);
        using Adam adam = new(store.Parameters, new() { LearningRate = 3e-3 });

        List<double> losses = [];
        for (int step = 0; step < 100; step++)
        {
            using TensorScope inner = new();
            using Generator same = new(13);
            store.ClearGradients();
            Tensor total = model.Losses(batch, same).Total;
            total.Backward();
            adam.Step();
            losses.Add(total.Item());
        }

        Assert.True(losses[^1] < 0.6 * losses[0], $"the loss went from {losses[0]} to {losses[^1]} only");
    }

    [Theory]
    [InlineData(DecoderKind.Score2d)]
    [InlineData(DecoderKind.Flow1d)]
    public void In_bfloat16_the_losses_are_nearly_the_same(DecoderKind decoder)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(16);
        AcousticModel model = Model(
            store, Kinds["conformer, dual norms"], decoder, DecoderPath.Film, DecoderPath.Channel);
        Shake(store);
        using Generator random = new(17), same = new(18), again = new(18);
        Batch batch = SomeBatch(random);

        double full = model.Losses(batch, same).Decoder.Item();
        store.UseBFloat16 = true;
        double half = model.Losses(batch, again).Decoder.Item();

        Assert.NotEqual(full, half);
        Assert.Equal(full, half, 0.05 * full);
    }

    [Fact]
    public void A_conditional_norm_starts_as_an_ordinary_one()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(14);
        ConditionalNorm conditional = new(store.Root / "conditional", 6, 4);
        Kouyin.Torch.Layers.LayerNorm ordinary = new(store.Root / "ordinary", 6);
        using Generator random = new(15);
        Tensor x = Tensor.Randn([2, 5, 6], random), vector = Tensor.Randn([2, 4], random);

        Fixture.Compare("norm", conditional.Forward(x, vector), ordinary.Forward(x), tolerance: 1e-6);
    }

    private static AcousticModel Model(
        ParameterStore store, TextEncoderConfig encoder, DecoderKind decoder = DecoderKind.Flow1d,
        DecoderPath speaker = DecoderPath.None, DecoderPath accent = DecoderPath.None) => new(
        store.Root,
        new()
        {
            Encoder = encoder,
            Decoder = decoder,
            Flow1d = new() { Width = 16, Heads = 2, MiddleBlocks = 1, Dropout = 0 },
            Score2d = new() { Width = 8 },
            Speaker = new() { Width = 6 },
            Accent = new() { Source = AccentSource.Table, Width = 10 },
            DecoderConditioning = new() { Speaker = speaker, Accent = accent },
            SegmentFrames = 16,
        },
        new() { Symbols = 12, Mels = Mels, Speakers = 3, Accents = 2 });

    private static (Tensor Mean, Tensor Logs) Encode(
        AcousticModel model, Tensor symbols, long[] counts, long[] speakers, long[] accents)
    {
        Conditions conditions = model.Condition(
            Tensor.From<long>(speakers, speakers.Length), Tensor.From<long>(accents, accents.Length));
        return model.Encode(symbols, counts, conditions);
    }

    private static Batch SomeBatch(Generator random) => new(
        Tensor.From<long>([1, 2, 3, 0, 0, 4, 5, 6, 7, 8], 2, 5), [3, 5], Tensor.Randn([2, 27, Mels], random), [14, 27],
        Tensor.From<long>([2, 0], 2), Tensor.From<long>([0, 1], 2));

    private static bool Differ(Tensor a, Tensor b) => (a - b).Abs().Max().Item() > 1e-4;

    private static bool Reached(Tensor parameter) =>
        parameter.Grad is { } gradient && gradient.Abs().Max().Item() > 0;

    /// <summary>Moves every parameter off its start, so that no zero hides an effect.</summary>
    private static void Shake(ParameterStore store)
    {
        using NoGrad noGrad = new();
        using Generator random = new(99);
        foreach (Tensor parameter in store.Parameters.Values)
            parameter.CopyFrom(parameter.StopGradient() + 0.1 * Tensor.Randn(parameter.Shape, random));
    }
}
