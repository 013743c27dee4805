namespace Kouyin.Torch.Layers;

/// <summary>A convolution over a picture whose channels lie last.</summary>
public sealed class Conv2d
{
    private static readonly Operator ConvolutionOp = new("aten::convolution");

    private readonly ParameterStore _store;
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly long[] _stride;
    private readonly long[] _padding;

    /// <summary>Takes <c>weight</c> [outputs, inputs, kernel, kernel] and <c>bias</c> from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="stride">Pixels between outputs.</param>
    /// <param name="padding">Zero pixels on each side; by default so many that the size stays.</param>
    public Conv2d(Params p, int inputs, int outputs, int kernel, int stride = 1, int? padding = null)
    {
        _store = p.Store;
        _stride = [stride, stride];
        int side = padding ?? (kernel - 1) / 2;
        _padding = [side, side];
        Start start = Start.FanIn((long)inputs * kernel * kernel);
        _weight = p.Get("weight", [outputs, inputs, kernel, kernel], start);
        _bias = p.Get("bias", [outputs], start);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, H, W, inputs].</param>
    /// <returns>[B, H', W', outputs], float32.</returns>
    public Tensor Forward(Tensor x)
    {
        Tensor picture = x.Permute(0, 3, 1, 2); // [B, C, H, W]
        Tensor y = _store.UseBFloat16
            ? Convolve(picture.To(DType.BFloat16), _weight.To(DType.BFloat16), _bias.To(DType.BFloat16))
                .To(DType.Float32)
            : Convolve(picture, _weight, _bias);
        return y.Permute(0, 2, 3, 1); // [B, H, W, C]
    }

    private Tensor Convolve(Tensor picture, Tensor kernel, Tensor bias) => ConvolutionOp.Call(
        picture, kernel, bias, _stride, _padding, new long[] { 1, 1 }, false, new long[] { 0, 0 }, 1);
}
