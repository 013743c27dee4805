using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>Sizes of HiFi-GAN's discriminators; the defaults are the published ones.</summary>
public sealed record DiscriminatorConfig
{
    /// <summary>Samples in a row of each multi-period discriminator; none leaves those out.</summary>
    public IReadOnlyList<int> Periods { get; init; } = [2, 3, 5, 7, 11];

    /// <summary>Multi-scale discriminators, each at half the rate of the one before.</summary>
    public int Scales { get; init; } = 3;

    /// <summary>By what the published channels are divided: 1, or a power of two up to 16 for small machines.</summary>
    public int Divisor { get; init; } = 1;

    internal IEnumerable<string> Problems()
    {
        if (Divisor is not (1 or 2 or 4 or 8 or 16))
            yield return $"vocoder.discriminators.divisor is {Divisor}, but must be 1, 2, 4, 8 or 16";
        if (Scales < 0 || Periods.Any(period => period < 1) || Scales + Periods.Count == 0)
            yield return "vocoder.discriminators needs scales or periods, all positive";
    }
}

/// <summary>What discriminators say of sounds.</summary>
/// <param name="Scores">One tensor a discriminator: near 1 where it takes the sound for a recording.</param>
/// <param name="Features">What its layers saw, in order.</param>
public sealed record Judgement(IReadOnlyList<Tensor> Scores, IReadOnlyList<Tensor> Features);

/// <summary>HiFi-GAN's multi-period and multi-scale discriminators, and the losses they give.</summary>
/// <remarks>Kong, Kim, Bae 2020, "HiFi-GAN", sections 2.3 and 2.4; channels and kernels of its published
/// code.</remarks>
public sealed class Discriminators
{
    private readonly List<PeriodDiscriminator> _periods = [];
    private readonly List<ScaleDiscriminator> _scales = [];

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public Discriminators(Params p, DiscriminatorConfig config)
    {
        for (int i = 0; i < config.Periods.Count; i++)
            _periods.Add(new(p / "periods" / i, config.Periods[i], config.Divisor));
        for (int i = 0; i < config.Scales; i++)
        {
            KernelForm form = i == 0 ? KernelForm.SpectralNorm : KernelForm.WeightNorm;
            _scales.Add(new(p / "scales" / i, config.Divisor, form));
        }
    }

    /// <summary>Judges sounds.</summary>
    /// <param name="signal">[B, N].</param>
    public Judgement Judge(Tensor signal)
    {
        List<Tensor> scores = [], features = [];
        foreach (PeriodDiscriminator discriminator in _periods)
            scores.Add(discriminator.Forward(signal, features));
        Tensor slower = signal;
        foreach (ScaleDiscriminator discriminator in _scales)
        {
            scores.Add(discriminator.Forward(slower, features));
            slower = ScaleDiscriminator.HalfRate(slower);
        }
        return new(scores, features);
    }

    /// <summary>What the discriminators lower: recordings to 1, made sounds to 0 (equation 1).</summary>
    public static Tensor LossOfJudges(Judgement recorded, Judgement made) => Sum(
        recorded.Scores.Zip(made.Scores, (real, fake) => (real - 1).Square().Mean() + fake.Square().Mean()));

    /// <summary>What the generator lowers: to be taken for recordings (equation 2).</summary>
    public static Tensor LossOfMaker(Judgement made) => Sum(made.Scores.Select(fake => (fake - 1).Square().Mean()));

    /// <summary>How differently the layers see both (equation 4).</summary>
    public static Tensor FeatureDistance(Judgement recorded, Judgement made) => Sum(
        recorded.Features.Zip(made.Features, (real, fake) => (real.StopGradient() - fake).Abs().Mean()));

    private static Tensor Sum(IEnumerable<Tensor> parts) => parts.Aggregate((a, b) => a + b);
}

/// <summary>Sees every so many samples apart: convolutions along rows that are a period apart.</summary>
internal sealed class PeriodDiscriminator
{
    private static readonly Operator ReflectOp = new("aten::reflection_pad1d");
    private static readonly int[] Channels = [32, 128, 512, 1024, 1024];

    private readonly int _period;
    private readonly List<Conv1d> _convolutions = [];
    private readonly Conv1d _last;

    public PeriodDiscriminator(Params p, int period, int divisor)
    {
        _period = period;
        int inputs = 1;
        for (int i = 0; i < Channels.Length; i++)
        {
            int outputs = Math.Max(1, Channels[i] / divisor);
            _convolutions.Add(new(
                p / "convs" / i, inputs, outputs, 5, i == Channels.Length - 1 ? 1 : 3, 2, form: KernelForm.WeightNorm));
            inputs = outputs;
        }
        _last = new(p / "conv_post", inputs, 1, 3, form: KernelForm.WeightNorm);
    }

    public Tensor Forward(Tensor signal, List<Tensor> features)
    {
        var (batch, samples) = signal.Sizes2("[B, N]");
        int missing = (_period - samples % _period) % _period;
        if (missing > 0)
            signal = ReflectOp.Call(signal.Unsqueeze(1), new long[] { 0, missing }).Squeeze(1);
        Tensor x = signal.View(batch, -1, _period).Permute(0, 2, 1).Reshape(batch * _period, -1, 1); // [B P, N / P, 1]
        return JudgingLayers.Forward(x, _convolutions, _last, features);
    }
}

/// <summary>Sees the sound at some rate, through ever longer grouped convolutions.</summary>
internal sealed class ScaleDiscriminator
{
    private static readonly Operator PoolOp = new("aten::avg_pool1d");

    private static readonly (int Channels, int Kernel, int Stride, int Groups)[] Layers =
    [
        (128, 15, 1, 1), (128, 41, 2, 4), (256, 41, 2, 16), (512, 41, 4, 16), (1024, 41, 4, 16), (1024, 41, 1, 16),
        (1024, 5, 1, 1),
    ];

    private readonly List<Conv1d> _convolutions = [];
    private readonly Conv1d _last;

    public ScaleDiscriminator(Params p, int divisor, KernelForm form)
    {
        int inputs = 1;
        for (int i = 0; i < Layers.Length; i++)
        {
            var (channels, kernel, stride, groups) = Layers[i];
            int outputs = channels / divisor;
            _convolutions.Add(new(
                p / "convs" / i, inputs, outputs, kernel, stride, kernel / 2, groups: Math.Min(groups, inputs),
                form: form));
            inputs = outputs;
        }
        _last = new(p / "conv_post", inputs, 1, 3, form: form);
    }

    /// <summary>[B, N] at half the rate.</summary>
    public static Tensor HalfRate(Tensor signal) => PoolOp.Call(
        signal.Unsqueeze(1), new long[] { 4 }, new long[] { 2 }, new long[] { 2 }).Squeeze(1);

    public Tensor Forward(Tensor signal, List<Tensor> features)
    {
        Tensor x = signal.Unsqueeze(2); // [B, N, 1]
        return JudgingLayers.Forward(x, _convolutions, _last, features);
    }
}

/// <summary>What both kinds of discriminator do with their layers.</summary>
internal static class JudgingLayers
{
    private const double Slope = 0.1;

    /// <summary>The score, [B, T, 1].</summary>
    /// <param name="x">[B, T, 1].</param>
    /// <param name="convolutions">Each with an activation after it.</param>
    /// <param name="last">Makes the score.</param>
    /// <param name="features">What leaves each layer is added.</param>
    public static Tensor Forward(Tensor x, List<Conv1d> convolutions, Conv1d last, List<Tensor> features)
    {
        foreach (Conv1d convolution in convolutions)
        {
            x = convolution.Forward(x).LeakyRelu(Slope);
            features.Add(x);
        }
        x = last.Forward(x);
        features.Add(x);
        return x;
    }
}
