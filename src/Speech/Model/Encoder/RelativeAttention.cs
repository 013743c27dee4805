using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>Self-attention that knows, inside a window, how far apart two symbols are.</summary>
/// <remarks>
/// Shaw et al. 2018, equations 3 and 4, as Glow-TTS uses them: offsets outside the window contribute nothing, they are
/// not clipped to its ends. The offset tables are shared by the heads.
/// </remarks>
public sealed class RelativeAttention
{
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;
    private readonly Tensor _keyOffsets;
    private readonly Tensor _valueOffsets;
    private readonly Dropout _dropout;
    private readonly int _heads;
    private readonly int _window;
    private readonly double _scale;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public RelativeAttention(Params p, TextEncoderConfig config)
    {
        _heads = config.Heads;
        _window = config.Window;
        int headWidth = config.Width / config.Heads;
        _scale = 1 / Math.Sqrt(headWidth);
        _query = Pointwise(p / "conv_q", config.Width);
        _key = Pointwise(p / "conv_k", config.Width);
        _value = Pointwise(p / "conv_v", config.Width);
        _output = Pointwise(p / "conv_o", config.Width);
        long[] table = [1, 2 * _window + 1, headWidth];
        _keyOffsets = p.Get("emb_rel_k", table, Start.Normal(_scale));
        _valueOffsets = p.Get("emb_rel_v", table, Start.Normal(_scale));
        _dropout = new(p, config.Dropout);
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x">Symbols, [B, S, C].</param>
    /// <param name="pairPadding">True where either symbol of a pair is padding, [B, 1, S, S].</param>
    /// <returns>[B, S, C].</returns>
    public Tensor Forward(Tensor x, Tensor pairPadding)
    {
        Tensor q = Attention.SplitHeads(_query.Forward(x), _heads) * _scale; // [B, H, S, D]
        Tensor k = Attention.SplitHeads(_key.Forward(x), _heads);
        Tensor v = Attention.SplitHeads(_value.Forward(x), _heads);
        Tensor near = q.Matmul(_keyOffsets.Select(0, 0).Transpose(0, 1)); // [B, H, S, 2W+1]
        Tensor logits = q.Matmul(k.Transpose(2, 3)) + BandToSquare(near);
        Tensor weights = _dropout.Forward(logits.MaskedFill(pairPadding, -1e4).Softmax(-1));
        Tensor sum = weights.Matmul(v) + SquareToBand(weights).Matmul(_valueOffsets.Select(0, 0));
        return _output.Forward(Attention.MergeHeads(sum));
    }

    /// <summary>out[i, j] = band[i, j - i + W], zero outside the window: [.., S, 2W+1] to [.., S, S].</summary>
    /// <remarks>Rows written one longer than they are read shift row i by i.</remarks>
    internal static Tensor BandToSquare(Tensor band)
    {
        var (batch, heads, symbols, places) = band.Sizes4("[B, H, S, 2W+1]");
        int window = places / 2, width = symbols + 2 * window;
        return band.Pad([0, symbols]).Reshape(batch, heads, -1).Slice(2, 0, (long)symbols * width)
            .Reshape(batch, heads, symbols, width).Slice(3, window, window + symbols);
    }

    /// <summary>out[i, o] = square[i, i + o - W], zero beyond the edges: [.., S, S] to [.., S, 2W+1].</summary>
    private Tensor SquareToBand(Tensor square)
    {
        var (batch, heads, symbols, _) = square.Sizes4("[B, H, S, S]");
        return square.Pad([_window, _window]).Reshape(batch, heads, -1).Pad([0, symbols])
            .Reshape(batch, heads, symbols, symbols + 2 * _window + 1).Slice(3, 0, 2 * _window + 1);
    }

    private static Linear Pointwise(Params p, int width) => new(p, width, width, kernelDimensions: 1);
}
