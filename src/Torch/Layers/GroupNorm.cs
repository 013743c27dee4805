namespace Kouyin.Torch.Layers;

/// <summary>Normalizes groups of channels over all positions of an item.</summary>
/// <remarks>Wu, He 2018. Statistics run over padding too, as the reference's do.</remarks>
public sealed class GroupNorm
{
    private static readonly Operator NormOp = new("aten::group_norm");

    private readonly Tensor _gain;
    private readonly Tensor _bias;
    private readonly int _groups;
    private readonly double _epsilon;

    /// <summary>Takes <c>weight</c> and <c>bias</c>, [channels], from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="groups">Groups; divides the channels.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public GroupNorm(Params p, int groups, int channels, double epsilon = 1e-5)
    {
        _groups = groups;
        _epsilon = epsilon;
        _gain = p.Get("weight", [channels], Start.Ones);
        _bias = p.Get("bias", [channels], Start.Zeros);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, ..., channels]; statistics are those of a group within one item.</param>
    /// <returns>The same shape.</returns>
    public Tensor Forward(Tensor x)
    {
        int last = x.Rank - 1;
        long[] first = [0, last, .. Enumerable.Range(1, last - 1).Select(k => (long)k)];
        long[] back = [0, .. Enumerable.Range(2, last - 1).Select(k => (long)k), 1];
        return NormOp.Call(x.Permute(first), _groups, _gain, _bias, _epsilon).Permute(back);
    }
}
