using Kouyin.Torch;

namespace Kouyin.Speech.Model;

/// <summary>A vector for each speaker or accent: learnt with the model, or given and left as it is.</summary>
internal sealed class VectorTable
{
    private static readonly Operator EmbeddingOp = new("aten::embedding");

    private readonly Tensor _rows;

    /// <summary>Takes <c>weight</c> [count, width] from <paramref name="p"/>.</summary>
    /// <param name="p">The table's place.</param>
    /// <param name="count">How many.</param>
    /// <param name="width">Of a vector.</param>
    /// <param name="isGiven">Whether the vectors come from <see cref="Give"/> or a checkpoint, and no gradient reaches
    /// them.</param>
    public VectorTable(Params p, int count, int width, bool isGiven)
    {
        _rows = p.Get("weight", [count, width], isGiven ? Start.Zeros : Start.Normal(1));
        if (isGiven)
            _rows.RequiresGrad = false;
    }

    /// <summary>Looks up.</summary>
    /// <param name="ids">[B], int64.</param>
    /// <returns>[B, width].</returns>
    public Tensor Forward(Tensor ids) => EmbeddingOp.Call(_rows, ids);

    /// <summary>Puts vectors in.</summary>
    /// <param name="values">Row by row, [count, width].</param>
    public void Give(float[] values)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        _rows.CopyFrom(Tensor.From<float>(values, _rows.Shape).To(_rows.Device));
    }
}
