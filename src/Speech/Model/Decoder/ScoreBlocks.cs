using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Decoder;

/// <summary>A 3x3 convolution whose output is normalized, activated and masked.</summary>
/// <remarks>Grad-TTS's Block. The input must be masked already.</remarks>
internal sealed class ConvBlock(Params p, int inputs, int outputs)
{
    private const int Groups = 8;

    private readonly Conv2d _convolution = new(p / "block" / 0, inputs, outputs, 3);
    private readonly NormMish _norm = new(p / "block" / 1, Groups, outputs);

    /// <summary>mask (mish(norm(conv(x))) + shift + residual).</summary>
    /// <param name="x">[B, M, T, inputs], zero on padding.</param>
    /// <param name="mask">[B, 1, T, 1].</param>
    /// <param name="shift">Added per channel, [B, outputs]; or null.</param>
    /// <param name="residual">[B, M, T, outputs], or null.</param>
    /// <returns>[B, M, T, outputs].</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor? shift = null, Tensor? residual = null) =>
        _norm.Forward(_convolution.Forward(x), mask, shift, residual);
}

/// <summary>What all <see cref="ResBlock"/>s of a network have in common.</summary>
/// <param name="TimeWidth">Width of what they hear between their convolutions.</param>
/// <param name="HasScale">Whether it scales as well as shifts; Grad-TTS's time only shifts.</param>
internal readonly record struct ResBlockShape(int TimeWidth, bool HasScale);

/// <summary>Two <see cref="ConvBlock"/>s that hear the time between them, beside a shortcut.</summary>
/// <remarks>Where speaker or accent come with the time, they scale and shift: Perez et al. 2018, equation 2.</remarks>
internal sealed class ResBlock(Params p, int inputs, int outputs, ResBlockShape shape)
{
    private readonly Linear _time = new(p / "mlp" / 1, shape.TimeWidth, outputs);
    private readonly Linear? _scale = shape.HasScale ? new(p / "scale", shape.TimeWidth, outputs, zero: true) : null;
    private readonly ConvBlock _first = new(p / "block1", inputs, outputs);
    private readonly ConvBlock _second = new(p / "block2", outputs, outputs);
    private readonly Conv2d? _shortcut = inputs == outputs ? null : new(p / "res_conv", inputs, outputs, 1);

    /// <summary>Applies the block.</summary>
    /// <param name="x">[B, M, T, inputs], zero on padding.</param>
    /// <param name="mask">[B, 1, T, 1].</param>
    /// <param name="time">The activated embedding of the time, [B, W].</param>
    /// <returns>[B, M, T, outputs], zero on padding.</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor time)
    {
        using TensorScope scope = new();
        Tensor shift = _time.Forward(time);
        Tensor h = _scale is null ? _first.Forward(x, mask, shift) : Scaled(x, mask, _scale.Forward(time), shift);
        return scope.Keep(_second.Forward(h, mask, residual: _shortcut?.Forward(x) ?? x));
    }

    private Tensor Scaled(Tensor x, Tensor mask, Tensor scale, Tensor shift)
    {
        Tensor h = _first.Forward(x, mask);
        return (h * PerChannel(scale + 1, h.DType) + PerChannel(shift, h.DType)) * mask;
    }

    /// <summary>[B, outputs] as [B, 1, 1, outputs].</summary>
    private static Tensor PerChannel(Tensor x, DType type) => x.To(type).Unsqueeze(1).Unsqueeze(1);
}

/// <summary>x + gate attention(x): every position hears a summary of all, at a cost linear in their number.</summary>
/// <remarks>
/// Grad-TTS's Residual(Rezero(LinearAttention)) with 4 heads of 32; keys are softmaxed over all positions, padding
/// included, and nothing is scaled. It is computed in another order, half the products at 64 channels: the summary is
/// taken of x itself instead of the values, and what follows it is one matrix M for each item,
/// attention(x) = M x + b with M = Wo blockdiag(context)ᵀ Wq and context = softmax(Wk x) xᵀ Wvᵀ in each head.
/// </remarks>
internal sealed class LinearAttention
{
    private const int Heads = 4, HeadWidth = 32, Inner = Heads * HeadWidth;
    private static readonly Operator SummaryOp = new("kouyin::softmax_summary");
    private static readonly Operator MixOp = new("kouyin::gated_mix");

    private readonly int _width;
    private readonly Tensor _gate;
    private readonly Tensor _toQkv;
    private readonly Tensor _toOut;
    private readonly Tensor _bias;

    /// <summary>Takes <c>fn.g</c>, <c>fn.fn.to_qkv</c> and <c>fn.fn.to_out</c> from <paramref name="p"/>.</summary>
    public LinearAttention(Params p, int width)
    {
        _width = width;
        Params inner = p / "fn" / "fn";
        _gate = (p / "fn").Get("g", [1], Start.Zeros);
        _toQkv = (inner / "to_qkv").Get("weight", [3 * Inner, width, 1, 1], Start.FanIn(width));
        _toOut = (inner / "to_out").Get("weight", [width, Inner, 1, 1], Start.FanIn(Inner));
        _bias = (inner / "to_out").Get("bias", [width], Start.FanIn(Inner));
    }

    /// <summary>Applies the unit.</summary>
    /// <param name="x">[B, M, T, width].</param>
    /// <param name="mask">[B, 1, T, 1]; everything that follows masks its input, so this output is masked at
    /// once.</param>
    /// <returns>[B, M, T, width], zero on padding.</returns>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        var (batch, bands, frames, _) = x.Sizes4("[B, M, T, C]");
        Tensor[] qkv = _toQkv.View(3, Inner, _width).Chunk(3, 0);
        Tensor flat = x.Reshape(batch, (long)bands * frames, _width); // [B, P, C]

        Tensor summary = SummaryOp.Call(flat, qkv[1].Squeeze(0)); // [B, H D, C]
        return MixOp.Call(x, Mixing(summary, qkv[0].Squeeze(0), qkv[2]), _bias, _gate, mask);
    }

    /// <summary>M of the remarks.</summary>
    /// <param name="summary">[B, H D, C].</param>
    /// <param name="query">Wq, [H D, C].</param>
    /// <param name="value">Wv, [1, H D, C].</param>
    /// <returns>[B, C, C], outputs first.</returns>
    private Tensor Mixing(Tensor summary, Tensor query, Tensor value)
    {
        long batch = summary.Size(0);
        Tensor context = summary.View(batch, Heads, HeadWidth, _width)
            .Matmul(value.View(Heads, HeadWidth, _width).Transpose(1, 2)); // [B, H, D, E]
        Tensor output = _toOut.View(_width, Heads, HeadWidth).Permute(1, 2, 0); // [H, E, C]
        return context.Matmul(output).Reshape(batch, Inner, _width).Transpose(1, 2).Matmul(query); // [B, C, C]
    }
}

/// <summary>Turns a point in time into a vector: sines and cosines of a thousand times it, then two layers.</summary>
internal sealed class TimeEmbedding(Params p, int width)
{
    private readonly Linear _inner = new(p / "mlp" / 0, width, 4 * width);
    private readonly Linear _outer = new(p / "mlp" / 2, 4 * width, width);

    /// <summary>Embeds.</summary>
    /// <param name="t">In [0, 1], [B].</param>
    /// <returns>[B, width].</returns>
    public Tensor Forward(Tensor t) => _outer.Forward(_inner.Forward(TimeWaves.Of(t, width)).Mish());
}
