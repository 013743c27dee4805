using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Decoder;
using Kouyin.Speech.Model.Decoder.Flow1d;
using Kouyin.Speech.Model.Encoder;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Tests.Model;

/// <summary>
/// Encoders and decoders that hear speaker and accent, against what equations written down a second time give:
/// tests/golden/conditioning.py, which this follows.
/// </summary>
public sealed class ConditioningGoldenTests
{
    private const int Symbols = 12, Mels = 16;
    private static readonly ConditionWidths Widths = new(Speaker: 6, Accent: 10);
    private static readonly long[] SymbolCounts = [7, 5, 3];
    private static readonly long[] FrameCounts = [12, 8, 4];

    [Fact]
    public void A_conformer_with_a_norm_for_the_accent_and_one_for_the_speaker() => CompareEncoder(
        "conformer_linear", Encoder with
        {
            Layer = EncoderLayer.Conformer,
            Conditioning = EncoderConditioning.SpeakerAccent,
            AccentNorm = [0],
            SpeakerNorm = [1],
        });

    [Fact]
    public void A_conformer_with_convolutions_for_feed_forwards() => CompareEncoder(
        "conformer_conv", Encoder with
        {
            Layer = EncoderLayer.Conformer,
            FeedForward = FeedForwardKind.Conv,
            AccentNorm = [0],
        });

    [Fact]
    public void A_transformer_with_a_norm_for_the_accent() => CompareEncoder(
        "transformer", Encoder with { Conditioning = EncoderConditioning.Speaker, AccentNorm = [0] });

    [Fact]
    public void Score2d_with_the_speaker_by_scale_and_shift_and_the_accent_by_a_channel() => CompareDecoder(
        "score2d", DecoderPath.Film, DecoderPath.Channel, (root, conditioning) =>
            new ScoreUNet(root, new() { Width = 16 }, conditioning, Mels, Widths).Forward);

    [Fact]
    public void Flow1d_with_the_speaker_by_a_channel_and_the_accent_by_scale_and_shift() => CompareDecoder(
        "flow1d", DecoderPath.Channel, DecoderPath.Film, (root, conditioning) => new FlowNetwork(
            root, new() { Width = 16, Heads = 2, MiddleBlocks = 1, Dropout = 0 }, conditioning, Mels, Widths).Forward);

    private delegate Tensor Estimate(Tensor x, Tensor mask, Tensor mean, Tensor t, Conditions conditions);

    private static TextEncoderConfig Encoder { get; } = new()
    {
        Width = 16, Hidden = 24, DurationHidden = 12, Layers = 2, ConvKernel = 5, Dropout = 0, PrenetDropout = 0,
    };

    private static Conditions Conditions => new(
        Spread.Numbers(200, 3, Widths.Speaker), Spread.Numbers(300, 3, Widths.Accent));

    private static void CompareEncoder(string name, TextEncoderConfig config)
    {
        TextEncoder Build(Params root) => new(root, config, Symbols, Mels, Widths);
        Compare(name, root => _ = Build(root), root =>
        {
            Tensor symbols = (Spread.Numbers(1, 3, SymbolCounts.Max()) * 11 + 6).To(DType.Int64);
            var (mean, logDurations) = Build(root).Forward(symbols, MaskOf(SymbolCounts), Conditions);
            return [mean, logDurations];
        });
    }

    private static void CompareDecoder(
        string name, DecoderPath speaker, DecoderPath accent, Func<Params, DecoderConditioning, Estimate> build)
    {
        DecoderConditioning conditioning = new() { Speaker = speaker, Accent = accent };
        Compare(name, root => _ = build(root, conditioning), root =>
        {
            Tensor mask = MaskOf(FrameCounts);
            long[] shape = [3, FrameCounts.Max(), Mels];
            Tensor mean = Spread.Numbers(400, shape) * 3 * mask, noisy = Spread.Numbers(5000, shape) * 3 * mask;
            Estimate estimate = build(root, conditioning);
            return [estimate(noisy, mask, mean, Tensor.From([0.1f, 0.5f, 0.9f], 3), Conditions)];
        });
    }

    private static void Compare(string name, Action<Params> build, Func<Params, Tensor[]> run)
    {
        using TensorScope scope = new();
        using Fixture golden = Fixture.Open(
            Path.Combine(AppContext.BaseDirectory, "golden", "conditioning.safetensors"));
        using ParameterStore store = Spread.Weights(build, parameter => Fnv1a(parameter));

        Tensor[] outputs = run(store.Root);
        Tensor sum = Tensor.Scalar(0);
        for (int k = 0; k < outputs.Length; k++)
        {
            Fixture.Compare($"{name} {k}", outputs[k], golden[$"{name}.{k}"]);
            sum = sum + (outputs[k] * Spread.Numbers(11, outputs[k].Shape)).Sum();
        }
        sum.Backward();

        Assert.Empty(store.Unused());
        Spread.CompareGradients(golden[$"{name}.gradients"], store);
    }

    private static Tensor MaskOf(long[] counts) =>
        Mask.FromLengths(Tensor.From<long>(counts, counts.Length), (int)counts.Max());

    private static uint Fnv1a(string name)
    {
        uint hash = 2166136261;
        foreach (char letter in name)
            hash = (hash ^ letter) * 16777619;
        return hash;
    }
}
