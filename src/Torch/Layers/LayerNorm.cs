namespace Kouyin.Torch.Layers;

/// <summary>y = (x - mean) / sqrt(variance + eps) * gain + bias over the last dimension.</summary>
/// <remarks>Ba, Kiros, Hinton 2016, equation 4. The variance is the biased one.</remarks>
public sealed class LayerNorm
{
    private static readonly Operator NormOp = new("aten::layer_norm");

    private readonly Tensor _gain;
    private readonly Tensor _bias;
    private readonly long[] _shape;
    private readonly double _epsilon;

    /// <summary>Takes gain and bias, [width], from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="width">Channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="gain">The gain's name.</param>
    /// <param name="bias">The bias's name.</param>
    public LayerNorm(Params p, int width, double epsilon = 1e-5, string gain = "weight", string bias = "bias")
    {
        _shape = [width];
        _epsilon = epsilon;
        _gain = p.Get(gain, _shape, Start.Ones);
        _bias = p.Get(bias, _shape, Start.Zeros);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[..., width].</param>
    /// <returns>[..., width].</returns>
    public Tensor Forward(Tensor x) => NormOp.Call(x, _shape, _gain, _bias, _epsilon);
}
