namespace Kouyin.Torch.Layers;

/// <summary>Group norm, Mish, mask and what is added around them: all that happens between two convolutions.</summary>
/// <remarks>
/// Wu, He 2018; Misra 2019. Statistics run over padding too, as the reference's do. One operator of the shim: two
/// passes over memory instead of some ten, and the backward pass keeps nothing but x.
/// </remarks>
public sealed class NormMish
{
    private static readonly Operator NormMishOp = new("kouyin::norm_mish");

    private readonly Tensor _gain;
    private readonly Tensor _bias;
    private readonly int _groups;

    /// <summary>Takes <c>weight</c> and <c>bias</c>, [channels], from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="groups">Groups; divides the channels.</param>
    /// <param name="channels">Channels.</param>
    public NormMish(Params p, int groups, int channels)
    {
        _groups = groups;
        _gain = p.Get("weight", [channels], Start.Ones);
        _bias = p.Get("bias", [channels], Start.Zeros);
    }

    /// <summary>mask (mish(norm(x)) + shift + residual).</summary>
    /// <param name="x">[B, H, W, channels].</param>
    /// <param name="mask">1 on real columns and 0 on padding, [B, 1, W, 1].</param>
    /// <param name="shift">[B, channels], or null.</param>
    /// <param name="residual">[B, H, W, channels], or null.</param>
    /// <returns>[B, H, W, channels], of x's kind of number; the arithmetic is float32.</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor? shift, Tensor? residual) =>
        NormMishOp.Call(x, _groups, _gain, _bias, 1e-5, mask, shift, residual);
}
