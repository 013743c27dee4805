using Kouyin.Torch;

namespace Kouyin.Speech.Model.Decoder;

/// <summary>Settings of <see cref="Score2d"/>. The defaults are Grad-TTS's.</summary>
public sealed record Score2dConfig
{
    /// <summary>Channels of the U-Net at full resolution, a multiple of 8.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Rate of noise at the mel's end of time.</summary>
    public double FirstRate { get; init; } = 0.05;

    /// <summary>Rate of noise at the noise's end of time.</summary>
    public double LastRate { get; init; } = 20;
}

/// <summary>
/// Grad-TTS's decoder: a diffusion whose noise settles around the text's mean, and a U-Net for its score.
/// </summary>
/// <remarks>Popov et al. 2021, "Grad-TTS: A Diffusion Probabilistic Model for Text-to-Speech".</remarks>
public sealed class Score2d : IDecoder
{
    private const double Edge = 1e-5;

    private readonly int _mels;
    private readonly NoiseSchedule _schedule;

    /// <summary>Takes its parameters from <paramref name="p"/>, named as in the released checkpoints.</summary>
    /// <param name="p">The decoder's place.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="conditioning">How it hears speaker and accent.</param>
    /// <param name="mels">M, a multiple of 4.</param>
    /// <param name="widths">Of their vectors.</param>
    public Score2d(
        Params p, Score2dConfig config, DecoderConditioning conditioning, int mels, ConditionWidths widths)
    {
        _mels = mels;
        _schedule = new(config.FirstRate, config.LastRate);
        Network = new(p / "estimator", config, conditioning, mels, widths);
    }

    internal ScoreUNet Network { get; }

    /// <inheritdoc/>
    public Tensor Loss(Tensor mel, Tensor mean, Tensor mask, Conditions conditions, Generator random)
    {
        Tensor t = Tensor.Rand([mel.Size(0)], random, mel.Device);
        return Loss(mel, mean, mask, conditions, t, Tensor.Randn(mel.Shape, random, mel.Device));
    }

    /// <summary>The loss at given times with given noise: score matching, weighted by the variance.</summary>
    /// <param name="mel">[B, T, M]; T is a multiple of 4.</param>
    /// <param name="mean">[B, T, M].</param>
    /// <param name="mask">[B, T, 1].</param>
    /// <param name="conditions">Who speaks and in which accent.</param>
    /// <param name="t">In [0, 1], [B].</param>
    /// <param name="noise">Standard normal, [B, T, M].</param>
    /// <returns>[].</returns>
    /// <remarks>Popov et al. 2021, equation 13, weighted as in the published code.</remarks>
    public Tensor Loss(Tensor mel, Tensor mean, Tensor mask, Conditions conditions, Tensor t, Tensor noise)
    {
        using TensorScope scope = new();
        t = t.Clamp(Edge, 1 - Edge);
        var (noisy, deviation) = AddNoise(mel, mean, mask, t, noise);
        Tensor score = Network.Forward(noisy, mask, mean, t, conditions);
        Tensor error = score * deviation + noise * mask;
        return scope.Keep(error.Square().Sum() / (mask.Sum() * _mels));
    }

    /// <inheritdoc/>
    public Tensor Sample(Tensor mean, Tensor mask, Conditions conditions, SampleOptions options, Generator random)
    {
        Tensor start = mean + Tensor.Randn(mean.Shape, random, mean.Device) * options.Temperature;
        Func<int, Tensor>? noise = options.Sampler == Sampler.Sde
            ? _ => Tensor.Randn(mean.Shape, random, mean.Device)
            : null;
        return Sample(start, mean, mask, conditions, options.Steps, noise);
    }

    /// <summary>Follows the reversed equation from a given start.</summary>
    /// <param name="start">[B, T, M]; T is a multiple of 4.</param>
    /// <param name="mean">[B, T, M].</param>
    /// <param name="mask">[B, T, 1].</param>
    /// <param name="conditions">Who speaks and in which accent.</param>
    /// <param name="steps">Steps of equal length.</param>
    /// <param name="noise">Standard normal noise of a step, [B, T, M], for the stochastic equation; null for the
    /// deterministic one.</param>
    /// <returns>[B, T, M], zero on padding.</returns>
    /// <remarks>Popov et al. 2021, equations 7 and 9; the time is the middle of each step.</remarks>
    public Tensor Sample(
        Tensor start, Tensor mean, Tensor mask, Conditions conditions, int steps, Func<int, Tensor>? noise = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using TensorScope scope = new();
        Tensor x = start * mask;
        double length = 1.0 / steps;
        for (int k = 0; k < steps; k++)
        {
            using TensorScope step = new();
            double t = 1 - (k + 0.5) * length;
            Tensor score = Network.Forward(
                x, mask, mean, Tensor.Full([x.Size(0)], t, device: x.Device), conditions);
            double rate = _schedule.Rate(t) * length;
            Tensor change = noise is null
                ? (mean - x - score) * (0.5 * rate)
                : ((mean - x) * 0.5 - score) * rate + noise(k) * Math.Sqrt(rate);
            x = step.Keep((x - change) * mask);
        }
        return scope.Keep(x);
    }

    /// <summary>The mel as it is at time t.</summary>
    /// <returns>[B, T, M], and the noise's standard deviation, [B, 1, 1].</returns>
    internal (Tensor Noisy, Tensor Deviation) AddNoise(
        Tensor mel, Tensor mean, Tensor mask, Tensor t, Tensor noise)
    {
        Tensor total = _schedule.Total(t).View(-1, 1, 1);
        Tensor kept = (total * -0.5).Exp();
        // Near t = 0, 1 - e^-B has hardly a digit left in single precision; expm1 keeps all.
        Tensor deviation = (-(-total).Expm1()).Sqrt();
        return ((mel * kept + mean * (1 - kept) + noise * deviation) * mask, deviation);
    }
}
