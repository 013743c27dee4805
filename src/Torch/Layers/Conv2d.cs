namespace Kouyin.Torch.Layers;

/// <summary>A convolution over a picture whose channels lie last.</summary>
public sealed class Conv2d
{
    private const int WidthWorthTransforming = 32; // with fewer channels Winograd's transforms cost more than they save

    private static readonly Operator ConvolutionOp = new("aten::convolution");
    private static readonly Operator WinogradOp = new("kouyin::winograd");

    private readonly ParameterStore _store;
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly bool _isForWinograd;

    /// <summary>
    /// Takes <c>weight</c> [outputs, inputs, kernel, kernel] and <c>bias</c> from <paramref name="p"/>.
    /// </summary>
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
        _isForWinograd = kernel == 3 && stride == 1 && side == 1 && Math.Min(inputs, outputs) >= WidthWorthTransforming;
        Start start = Start.FanIn((long)inputs * kernel * kernel);
        _weight = p.Get("weight", [outputs, inputs, kernel, kernel], start);
        _bias = p.Get("bias", [outputs], start);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, H, W, inputs].</param>
    /// <returns>[B, H', W', outputs], of x's kind of number.</returns>
    public Tensor Forward(Tensor x)
    {
        DType type = _store.UseBFloat16 ? DType.BFloat16 : x.DType;
        if (_isForWinograd && !x.Device.IsCuda && (type == DType.Float32 || NoGrad.IsOn))
        {
            Tensor? factors = NoGrad.IsOn ? _store.WinogradFactors(_weight) : null;
            return WinogradOp.Call(x.To(type), _weight, _bias, factors).To(x.DType);
        }
        Tensor picture = x.To(type).Permute(0, 3, 1, 2); // [B, C, H, W]
        Tensor y = ConvolutionOp.Call(
            picture, _store.Kernel(_weight, type), _bias.To(type), _stride, _padding, new long[] { 1, 1 }, false,
            new long[] { 0, 0 }, 1);
        return y.Permute(0, 2, 3, 1).To(x.DType); // [B, H, W, C]
    }
}
