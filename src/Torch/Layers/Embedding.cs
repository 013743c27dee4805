namespace Kouyin.Torch.Layers;

/// <summary>A learned vector for every id.</summary>
public sealed class Embedding
{
    private static readonly Operator EmbeddingOp = new("aten::embedding");

    private readonly Tensor _weight;

    /// <summary>Takes <c>weight</c> [count, width] from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="count">How many ids.</param>
    /// <param name="width">Width of a vector.</param>
    /// <param name="deviation">Spread of the normal start.</param>
    public Embedding(Params p, int count, int width, double deviation = 1) =>
        _weight = p.Get("weight", [count, width], Start.Normal(deviation));

    /// <summary>Looks up.</summary>
    /// <param name="ids">[...], int64, each in [0, count).</param>
    /// <returns>[..., width].</returns>
    public Tensor Forward(Tensor ids) => EmbeddingOp.Call(_weight, ids);
}
