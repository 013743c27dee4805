namespace Kouyin.Torch.Layers;

/// <summary>A convolution over time.</summary>
/// <remarks>
/// [B, T, C] is, seen as a picture of height 1, exactly the layout that libtorch calls channels last, so no axis is
/// ever copied into another place.
/// </remarks>
public sealed class Conv1d
{
    private const int WidthWorthTransforming = 32; // with fewer channels Winograd's transforms cost more than they save

    private static readonly Operator ConvolutionOp = new("aten::convolution");
    private static readonly Operator WinogradOp = new("kouyin::winograd_time");

    private readonly ParameterStore _store;
    private readonly Kernel _kernel;
    private readonly Tensor? _bias;
    private readonly int _stride;
    private readonly int _padding;
    private readonly int _dilation;
    private readonly int _groups;
    private readonly int _taps;
    private readonly bool _isForWinograd;

    /// <summary>
    /// Takes <c>weight</c> [outputs, inputs / groups, kernel] and <c>bias</c> from <paramref name="p"/>.
    /// </summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Width in frames.</param>
    /// <param name="stride">Frames between outputs.</param>
    /// <param name="padding">Zero frames on each side; by default so many that the length stays.</param>
    /// <param name="dilation">Frames between taps.</param>
    /// <param name="groups">Groups of channels that do not see each other.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="zero">Start with zeros.</param>
    /// <param name="form">How the weight is kept.</param>
    public Conv1d(
        Params p, int inputs, int outputs, int kernel, int stride = 1, int? padding = null, int dilation = 1,
        int groups = 1, bool bias = true, bool zero = false, KernelForm form = KernelForm.Plain)
    {
        _store = p.Store;
        _stride = stride;
        _padding = padding ?? dilation * (kernel - 1) / 2;
        _dilation = dilation;
        _groups = groups;
        _taps = kernel;
        _isForWinograd = kernel >= 3 && stride == 1 && groups == 1 && form == KernelForm.Plain
            && Math.Min(inputs, outputs) >= WidthWorthTransforming;
        Start start = zero ? Start.Zeros : Start.FanIn((long)inputs / groups * kernel);
        _kernel = new(p, [outputs, inputs / groups, kernel], start, form);
        _bias = bias ? p.Get("bias", [outputs], start) : null;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, T, inputs].</param>
    /// <returns>[B, T', outputs], float32.</returns>
    public Tensor Forward(Tensor x) => Forward(x, slope: 1);

    /// <summary>Applies the layer to a leaky ReLU of x, and adds to what comes out.</summary>
    /// <param name="x">[B, T, inputs].</param>
    /// <param name="slope">What negative numbers are taken times; 1 leaves x as it is.</param>
    /// <param name="added">[B, T', outputs], or null for nothing.</param>
    /// <returns>[B, T', outputs], float32.</returns>
    public Tensor Forward(Tensor x, double slope, Tensor? added = null)
    {
        if (_isForWinograd && NoGrad.IsOn && !_store.UseBFloat16 && _bias is not null && !x.Device.IsCuda)
        {
            return WinogradOp.Call(
                x, _store.WinogradTimeFactors(_kernel.Value()), _bias, _taps, _padding, _dilation, slope,
                added);
        }
        x = slope == 1 ? x : x.LeakyRelu(slope);
        Tensor picture = x.Permute(0, 2, 1).Unsqueeze(2); // [B, C, 1, T]
        Tensor kernel = _kernel.Value().Unsqueeze(2);
        Tensor y = _store.UseBFloat16
            ? Convolve(picture.To(DType.BFloat16), kernel.To(DType.BFloat16), _bias?.To(DType.BFloat16))
                .To(DType.Float32)
            : Convolve(picture, kernel, _bias);
        y = y.Squeeze(2).Permute(0, 2, 1); // [B, T, C]
        return added is null ? y : added + y;
    }

    private Tensor Convolve(Tensor picture, Tensor kernel, Tensor? bias) => ConvolutionOp.Call(
        picture, kernel, bias, new long[] { 1, _stride }, new long[] { 0, _padding }, new long[] { 1, _dilation },
        false, new long[] { 0, 0 }, _groups);
}
