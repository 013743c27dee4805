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

        Spread.CompareGradients(golden["gradients"], store);
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
        Tensor noise = Spread.Numbers(9000, plan.Mean.Shape) * 3;
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
        AcousticModel.Aligned aligned = model.Align(batch, model.Condition(batch.Speakers, batch.Accents));
        var (mel, mean, mask) = model.Cut(aligned, FrameCounts, [5, 2, 0]);
        Tensor noise = Spread.Numbers(5000, batch.FrameCounts.Length, Segment, Mels) * 3;
        Tensor decoder = ((Score2d)model.Decoder).Loss(
            mel, mean, mask, aligned.Conditions, Tensor.From([0.1f, 0.5f, 0.9f], 3), noise);
        return (aligned, new(aligned.DurationLoss, AcousticModel.Prior(mel, mean, mask), decoder)
        {
            SymbolMeans = aligned.Mean,
        });
    }

    private static ParameterStore Weights() => Spread.Weights(p => _ = new AcousticModel(p, Config, Shape));

    private static Tensor SymbolIds() =>
        (Spread.Numbers(1, SymbolCounts.Length, SymbolCounts.Max()) * 11 + 6).To(DType.Int64);

    private static Tensor SpeakerIds() => Tensor.From<long>([2, 0, 1], 3);

    private static Tensor StillMels()
    {
        long frames = FrameCounts.Max();
        Tensor mask = Mask.FromLengths(Tensor.From<long>(FrameCounts, FrameCounts.Length), (int)frames);
        return Spread.Numbers(100, FrameCounts.Length, frames / 4, Mels).RepeatInterleave(4, 1) * 6 * mask;
    }
}
