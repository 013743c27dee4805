namespace Kouyin.Torch.Layers;

/// <summary>y = x Wᵀ + b over the last dimension.</summary>
public sealed class Linear
{
    private static readonly Operator LinearOp = new("aten::linear");

    private readonly ParameterStore _store;
    private readonly Tensor _weight;
    private readonly Tensor? _bias;

    /// <summary>Takes <c>weight</c> and <c>bias</c> from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="inputs">Width of x.</param>
    /// <param name="outputs">Width of y.</param>
    /// <param name="bias">Whether b is there.</param>
    /// <param name="kernelDimensions">Trailing sizes of 1 in the stored weight: 1 and 2 for weights that come from
    /// pointwise convolutions.</param>
    /// <param name="zero">Start with zeros: a branch that is silent at first.</param>
    public Linear(
        Params p, int inputs, int outputs, bool bias = true, int kernelDimensions = 0, bool zero = false)
    {
        _store = p.Store;
        Start start = zero ? Start.Zeros : Start.FanIn(inputs);
        long[] shape = [outputs, inputs, .. Enumerable.Repeat(1L, kernelDimensions)];
        _weight = p.Get("weight", shape, start);
        _bias = bias ? p.Get("bias", [outputs], start) : null;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[..., inputs].</param>
    /// <returns>[..., outputs], of x's kind of number.</returns>
    public Tensor Forward(Tensor x)
    {
        DType type = _store.UseBFloat16 ? DType.BFloat16 : x.DType;
        Tensor weight = _weight.Rank == 2 ? _weight : _weight.View(_weight.Size(0), -1);
        return LinearOp.Call(x.To(type), weight.To(type), _bias?.To(type)).To(x.DType);
    }
}
