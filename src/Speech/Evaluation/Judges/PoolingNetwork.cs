using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>Sizes of a network that makes one vector of a stretch of speech.</summary>
public sealed record PoolingConfig
{
    /// <summary>Numbers of a frame.</summary>
    public int Inputs { get; init; } = 80;

    /// <summary>Channels between the blocks.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Taps of each block's convolution; odd.</summary>
    public int Kernel { get; init; } = 5;

    /// <summary>One residual block for each, with this distance between its taps, in pairs of frames.</summary>
    public IReadOnlyList<int> Dilations { get; init; } = [1, 2, 4];

    /// <summary>Length of the vector, E.</summary>
    public int Embedding { get; init; } = 64;

    /// <summary>Share of channels dropped in each block while training, in [0, 1).</summary>
    public double Dropout { get; init; } = 0.1;
}

/// <summary>Frames to one vector: an x-vector with attentive statistics.</summary>
/// <remarks>
/// Snyder et al. 2018, "X-vectors", with residual blocks; the pooling is Okabe et al. 2018, "Attentive statistics
/// pooling", equations 3 to 6, one weight for each channel (Desplanques et al. 2020, "ECAPA-TDNN", section 3.1).
/// </remarks>
public sealed class PoolingNetwork
{
    private const double Hidden = -1e4, LeastVariance = 1e-4;

    private readonly Conv1d _front;
    private readonly DilatedBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _look;
    private readonly Linear _weigh;
    private readonly Linear _embed;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public PoolingNetwork(Params p, PoolingConfig config)
    {
        _front = new(p / "front", config.Inputs, config.Width, 5, stride: 2);
        _blocks =
        [
            .. config.Dilations.Select((dilation, k) => new DilatedBlock(
                p / "blocks" / k, config.Width, config.Kernel, dilation, config.Dropout)),
        ];
        _norm = new(p / "norm", config.Width);
        _look = new(p / "look", config.Width, config.Width / 2);
        _weigh = new(p / "weigh", config.Width / 2, config.Width);
        _embed = new(p / "embed", 2 * config.Width, config.Embedding);
    }

    /// <summary>One vector for each stretch.</summary>
    /// <param name="features">[B, T, inputs], anything where it is padded.</param>
    /// <param name="frames">Frames of each item, [B].</param>
    /// <returns>[B, E].</returns>
    public Tensor Forward(Tensor features, IReadOnlyList<int> frames)
    {
        var (batch, length, _) = features.Sizes3("[B, T, inputs]");
        Tensor mask = Lengths(frames.Select(n => (long)n), batch, length);
        Tensor halves = Lengths(frames.Select(n => (n + 1) / 2L), batch, (length + 1) / 2);
        Tensor x = _front.Forward(features * mask).Silu();
        foreach (DilatedBlock block in _blocks)
            x = block.Forward(x, halves);
        return _embed.Forward(Pool(_norm.Forward(x), halves));
    }

    /// <summary>Weighted mean and deviation of every channel over time.</summary>
    private Tensor Pool(Tensor x, Tensor mask)
    {
        Tensor scores = _weigh.Forward(_look.Forward(x).Tanh());
        Tensor weights = (scores + (1 - mask) * Hidden).Softmax(1);
        Tensor mean = (weights * x).Sum(1);
        Tensor variance = (weights * x.Square()).Sum(1) - mean.Square();
        return Tensor.Cat(1, mean, variance.Clamp(LeastVariance).Sqrt());
    }

    private static Tensor Lengths(IEnumerable<long> frames, int batch, int length) =>
        Mask.FromLengths(Tensor.From<long>([.. frames], batch), length);
}
