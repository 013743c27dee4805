using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Decoder.Flow1d;
using Kouyin.Speech.Model.Encoder;
using Kouyin.Torch;
using Kouyin.Torch.Layers;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Tests.Model;

/// <summary>What must not change a result, and what a model must be able to learn.</summary>
public sealed class InvarianceTests
{
    private const int Mels = 8;
    private const int SpeakerWidth = 6;

    [Theory]
    [InlineData(DecoderPath.Film)]
    [InlineData(DecoderPath.Channel)]
    public void Padding_and_batch_mates_do_not_change_the_velocity(DecoderPath path)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        FlowNetwork network = new(store.Root, Flow, new() { Speaker = path }, Mels, new(SpeakerWidth, 0));
        Shake(store);
        using Generator random = new(4);
        Tensor x = Tensor.Randn([2, 23, Mels], random), mean = Tensor.Randn([2, 23, Mels], random);
        Tensor t = Tensor.Rand([2], random), speaker = Tensor.Randn([2, SpeakerWidth], random);
        Tensor mask = Mask.FromLengths(Tensor.From<long>([13, 23], 2), 23);

        Tensor together = network.Forward(x * mask, mask, mean * mask, t, new(speaker, null));
        Tensor alone = network.Forward(
            x.Slice(0, 0, 1).Slice(1, 0, 13), Tensor.Full([1, 13, 1], 1), mean.Slice(0, 0, 1).Slice(1, 0, 13),
            t.Slice(0, 0, 1), new(speaker.Slice(0, 0, 1), null));

        Fixture.Compare("velocity", together.Slice(0, 0, 1).Slice(1, 0, 13), alone, tolerance: 1e-5);
        Assert.Equal(0, together.Slice(0, 0, 1).Slice(1, 13).Abs().Max().Item());
    }

    [Fact]
    public void Padding_and_batch_mates_do_not_change_the_means_and_durations()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(5);
        AcousticModel model = Model(store, DecoderKind.Flow1d);
        Shake(store);
        Tensor symbols = Tensor.From<long>([1, 2, 3, 0, 0, 4, 5, 6, 7, 8], 2, 5);
        Tensor speakers = Tensor.From<long>([1, 0], 2);

        AcousticModel.Planned together = model.Plan(symbols, [3, 5], model.Condition(speakers, null), new());
        AcousticModel.Planned alone = model.Plan(
            symbols.Slice(0, 0, 1).Slice(1, 0, 3), [3], model.Condition(speakers.Slice(0, 0, 1), null), new());

        Assert.Equal(alone.Durations, together.Durations[..3]);
        int frames = alone.FrameCounts[0];
        Fixture.Compare(
            "mean", together.Mean.Slice(0, 0, 1).Slice(1, 0, frames), alone.Mean.Slice(1, 0, frames), tolerance: 1e-5);
    }

    [Theory]
    [InlineData(DecoderKind.Flow1d)]
    [InlineData(DecoderKind.Score2d)]
    public void A_gradient_reaches_every_parameter(DecoderKind kind)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(7);
        AcousticModel model = Model(store, kind);
        Shake(store);
        using Generator random = new(8);

        model.Losses(SomeBatch(random), random).Total.Backward();

        foreach (var (path, parameter) in store.Parameters)
        {
            Assert.True(parameter.Grad is not null, $"no gradient reaches {path}");
            Assert.True(parameter.Grad.AllFinite(), $"the gradient of {path} is not finite");
        }
    }

    [Theory]
    [InlineData(DecoderKind.Flow1d)]
    [InlineData(DecoderKind.Score2d)]
    public void One_batch_is_learnt(DecoderKind kind)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(9);
        AcousticModel model = Model(store, kind);
        using Generator random = new(10);
        Batch batch = SomeBatch(random);
        using Adam adam = new(store.Parameters, new() { LearningRate = 3e-3 });

        List<double> losses = [];
        for (int step = 0; step < 120; step++)
        {
            using TensorScope inner = new();
            using Generator same = new(11);
            store.ClearGradients();
            Tensor total = model.Losses(batch, same).Total;
            total.Backward();
            adam.Step();
            losses.Add(total.Item());
        }

        Assert.True(losses[^1] < 0.6 * losses[0], $"the loss went from {losses[0]} to {losses[^1]} only");
    }

    [Theory]
    [InlineData(DecoderKind.Flow1d)]
    [InlineData(DecoderKind.Score2d)]
    public void A_step_leaves_no_tensor_behind(DecoderKind kind)
    {
        using ParameterStore store = ParameterStore.Fresh(12);
        using TensorScope outer = new();
        AcousticModel model = Model(store, kind);
        using Generator random = new(13);
        Batch batch = SomeBatch(random);
        long after = 0;
        for (int step = 0; step < 6; step++)
        {
            using (TensorScope scope = new())
                model.Losses(batch, random).Total.Backward();
            store.ClearGradients();
            if (step == 1)
                after = Engine.LiveTensors;
        }

        Assert.Equal(after, Engine.LiveTensors);
    }

    [Fact]
    public void Segments_of_utterances_shorter_than_the_segment_are_padded()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(14);
        AcousticModel model = Model(store, DecoderKind.Score2d, segmentFrames: 64);
        using Generator random = new(15);

        Losses losses = model.Losses(SomeBatch(random), random);

        Assert.True(losses.Total.AllFinite());
    }

    private static Flow1dConfig Flow { get; } = new() { Width = 16, Heads = 2, MiddleBlocks = 1, Dropout = 0 };

    private static AcousticModel Model(ParameterStore store, DecoderKind kind, int segmentFrames = 16) => new(
        store.Root,
        new()
        {
            Encoder = new()
            {
                Width = 16, Hidden = 24, DurationHidden = 12, Layers = 2, Conditioning = EncoderConditioning.Speaker,
                Dropout = 0, PrenetDropout = 0,
            },
            Decoder = kind,
            Flow1d = Flow,
            Score2d = new() { Width = 8 },
            Speaker = new() { Width = SpeakerWidth },
            DecoderConditioning = new()
            {
                Speaker = kind == DecoderKind.Flow1d ? DecoderPath.Film : DecoderPath.Channel,
            },
            SegmentFrames = segmentFrames,
        },
        new() { Symbols = 12, Mels = Mels, Speakers = 3, Accents = 1, MelMean = -1, MelDeviation = 2 });

    private static Batch SomeBatch(Generator random) => new(
        Tensor.From<long>([1, 2, 3, 0, 0, 4, 5, 6, 7, 8], 2, 5), [3, 5], Tensor.Randn([2, 27, Mels], random), [14, 27],
        Tensor.From<long>([2, 0], 2), null);

    /// <summary>Moves every parameter off its start, so that no zero hides an effect.</summary>
    private static void Shake(ParameterStore store)
    {
        using NoGrad noGrad = new();
        using Generator random = new(99);
        foreach (Tensor parameter in store.Parameters.Values)
            parameter.CopyFrom(parameter.StopGradient() + 0.1 * Tensor.Randn(parameter.Shape, random));
    }
}
