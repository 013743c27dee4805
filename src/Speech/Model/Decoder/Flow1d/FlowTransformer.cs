using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Decoder.Flow1d;

/// <summary>Self-attention over all real frames, then a feed-forward; norms before each.</summary>
/// <remarks>Vaswani et al. 2017, with the norms of Xiong et al. 2020. Convolutions around it tell positions.</remarks>
public sealed class FlowTransformer
{
    private readonly LayerNorm _beforeAttention;
    private readonly Linear _queryKeyValue;
    private readonly Linear _output;
    private readonly LayerNorm _beforeFeedForward;
    private readonly Linear _widen;
    private readonly Linear _narrow;
    private readonly Dropout _dropout;
    private readonly int _heads;
    private readonly double _scale;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public FlowTransformer(Params p, Flow1dConfig config)
    {
        _heads = config.Heads;
        _scale = Math.Sqrt((double)config.Heads / config.Width);
        _beforeAttention = new(p / "before_attention", config.Width);
        _queryKeyValue = new(p / "query_key_value", config.Width, 3 * config.Width);
        _output = new(p / "output", config.Width, config.Width, zero: true);
        _beforeFeedForward = new(p / "before_feed_forward", config.Width);
        _widen = new(p / "widen", config.Width, 3 * config.Width);
        _narrow = new(p / "narrow", 3 * config.Width, config.Width, zero: true);
        _dropout = new(p, config.Dropout);
    }

    /// <summary>Runs the block.</summary>
    /// <param name="x">[B, T, C].</param>
    /// <param name="mask">1 on real frames and 0 on padding, [B, T, 1].</param>
    /// <returns>[B, T, C].</returns>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        Tensor[] qkv = _queryKeyValue.Forward(_beforeAttention.Forward(x)).Chunk(3, 2);
        Tensor q = Attention.SplitHeads(qkv[0], _heads) * _scale; // [B, H, T, D]
        Tensor k = Attention.SplitHeads(qkv[1], _heads);
        Tensor v = Attention.SplitHeads(qkv[2], _heads);
        Tensor weights = Attention.MaskedSoftmax(q.Matmul(k.Transpose(2, 3)), mask);
        x = x + _dropout.Forward(_output.Forward(Attention.MergeHeads(weights.Matmul(v))));
        Tensor h = _widen.Forward(_beforeFeedForward.Forward(x)).Silu();
        return x + _dropout.Forward(_narrow.Forward(h));
    }
}
