namespace Kouyin.Torch.Layers;

/// <summary>A gated recurrent unit over time, one direction, one layer.</summary>
/// <remarks>Cho et al. 2014, with the reset gate inside the product, as cuDNN and PyTorch compute it.</remarks>
public sealed class Gru
{
    private static readonly Operator GruOp = new("aten::gru", "input");

    private readonly Tensor[] _weights;
    private readonly int _width;

    /// <summary>Takes <c>weight_ih_l0</c>, <c>weight_hh_l0</c>, <c>bias_ih_l0</c> and <c>bias_hh_l0</c>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="width">Channels of the state.</param>
    public Gru(Params p, int inputs, int width)
    {
        _width = width;
        Start start = Start.FanIn(width);
        _weights =
        [
            p.Get("weight_ih_l0", [3 * width, inputs], start),
            p.Get("weight_hh_l0", [3 * width, width], start),
            p.Get("bias_ih_l0", [3 * width], start),
            p.Get("bias_hh_l0", [3 * width], start),
        ];
    }

    /// <summary>Runs over all frames, from a state of zeros.</summary>
    /// <param name="x">[B, T, inputs].</param>
    /// <returns>The state after every frame, [B, T, width].</returns>
    public Tensor Forward(Tensor x)
    {
        var (batch, _, _) = x.Sizes3("[B, T, C]");
        Tensor state = Tensor.Zeros([1, batch, _width], x.DType, x.Device);
        return GruOp.CallMany(2, x, state, _weights, true, 1, 0.0, false, false, true)[0]!;
    }
}
