using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>A layer norm whose gain and bias come from a vector: at first those of every other norm.</summary>
/// <remarks>
/// Chen et al. 2021, "AdaSpeech", section 2.2: n (1 + Wg c + bg) + Wb c + bb with all of W and b 0 at the start, so the
/// vector gets no gradient through it before the second step. Epsilon 1e-5.
/// </remarks>
public sealed class ConditionalNorm
{
    private static readonly Operator NormOp = new("aten::layer_norm");

    private readonly Linear _gain;
    private readonly Linear _bias;
    private readonly long[] _shape;

    /// <summary>Takes <c>gain</c> and <c>bias</c> from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="width">C.</param>
    /// <param name="vectorWidth">A.</param>
    public ConditionalNorm(Params p, int width, int vectorWidth)
    {
        _shape = [width];
        _gain = new(p / "gain", vectorWidth, width, zero: true);
        _bias = new(p / "bias", vectorWidth, width, zero: true);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, S, C].</param>
    /// <param name="vector">[B, A].</param>
    /// <returns>[B, S, C].</returns>
    public Tensor Forward(Tensor x, Tensor vector)
    {
        Tensor normal = NormOp.Call(x, _shape, (Tensor?)null, (Tensor?)null, 1e-5);
        return normal * (_gain.Forward(vector) + 1).Unsqueeze(1) + _bias.Forward(vector).Unsqueeze(1);
    }
}
