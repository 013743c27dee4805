using Kouyin.Torch;

namespace Kouyin.Speech.Model.Decoder.Flow1d;

/// <summary>
/// The decoder of our own voices: a network over time alone learns the straight way from noise to mel.
/// </summary>
/// <remarks>
/// Conditional flow matching with optimal transport: Lipman et al. 2023, section 4.1, example II, and Mehta et al.
/// 2024, "Matcha-TTS", section 2.1. x_t = (1 - (1 - s) t) x_0 + t x_1 with noise x_0 and mel x_1; the network learns
/// the velocity x_1 - (1 - s) x_0.
/// </remarks>
public sealed class FlowMatching : IDecoder
{
    private const double LeftNoise = 1e-4; // s: the little noise that stays at t = 1

    private readonly FlowNetwork _network;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The decoder's place.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="conditioning">How it hears speaker and accent.</param>
    /// <param name="mels">M.</param>
    /// <param name="widths">Of their vectors.</param>
    public FlowMatching(
        Params p, Flow1dConfig config, DecoderConditioning conditioning, int mels, ConditionWidths widths) =>
        _network = new(p / "estimator", config, conditioning, mels, widths);

    /// <inheritdoc/>
    public Tensor Loss(Tensor mel, Tensor mean, Tensor mask, Conditions conditions, Generator random)
    {
        var (batch, _, bands) = mel.Sizes3("[B, T, M]");
        Tensor t = Tensor.Rand([batch], random, mel.Device);
        Tensor noise = Tensor.Randn(mel.Shape, random, mel.Device);
        Tensor x = ((1 - (1 - LeftNoise) * t.View(batch, 1, 1)) * noise + t.View(batch, 1, 1) * mel) * mask;
        Tensor velocity = _network.Forward(x, mask, mean, t, conditions);
        Tensor error = (velocity - (mel - (1 - LeftNoise) * noise)) * mask;
        return error.Square().Sum() / (mask.Sum() * bands);
    }

    /// <inheritdoc/>
    public Tensor Sample(Tensor mean, Tensor mask, Conditions conditions, SampleOptions options, Generator random)
    {
        if (options.Sampler != Sampler.Euler)
            throw new ArgumentException("flow matching has no stochastic sampler; choose Euler", nameof(options));
        double start = options.HeadStart;
        Tensor noise = Tensor.Randn(mean.Shape, random, mean.Device) * options.Temperature;
        Tensor x = ((1 - (1 - LeftNoise) * start) * noise + start * mean) * mask;
        double step = (1 - start) / options.Steps;
        for (int k = 0; k < options.Steps; k++)
        {
            using TensorScope scope = new();
            Tensor t = Tensor.Full([mean.Size(0)], start + k * step, device: mean.Device);
            x = scope.Keep((x + step * _network.Forward(x, mask, mean, t, conditions)) * mask);
        }
        return x;
    }
}
