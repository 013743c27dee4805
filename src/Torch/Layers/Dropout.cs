namespace Kouyin.Torch.Layers;

/// <summary>Sets a share of the numbers to zero while training, and scales up the rest.</summary>
/// <remarks>
/// Srivastava et al. 2014. The masks come from the store's own stream, so a resumed run draws the same.
/// </remarks>
/// <param name="p">The store, which says whether training is on and draws the masks.</param>
/// <param name="rate">The share, in [0, 1).</param>
public sealed class Dropout(Params p, double rate)
{
    private static readonly Operator BernoulliOp = new("aten::bernoulli_", "float");
    private readonly ParameterStore _store = p.Store;
    private readonly bool _frozen = p.Store.IsFrozen(p.Path);

    /// <summary>Applies the layer: the identity outside training and in a frozen module.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The same shape.</returns>
    public Tensor Forward(Tensor x)
    {
        if (!_store.Training || _frozen || rate == 0)
            return x;
        Tensor mask = Tensor.Empty(x.Shape, DType.Float32, x.Device);
        BernoulliOp.Run(mask, 1 - rate, _store.Random);
        return x * (mask * (1 / (1 - rate)));
    }
}
