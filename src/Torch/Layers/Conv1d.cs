namespace Kouyin.Torch.Layers;

/// <summary>A convolution over time.</summary>
/// <remarks>
/// [B, T, C] is, seen as a picture of height 1, exactly the layout that libtorch calls channels last, so no axis is
/// ever copied into another place.
/// </remarks>
public sealed class Conv1d
{
    private static readonly Operator ConvolutionOp = new("aten::convolution");

    private readonly ParameterStore _store;
    private readonly Kernel _kernel;
    private readonly Tensor? _bias;
    private readonly int _stride;
    private readonly int _padding;
    private readonly int _dilation;
    private readonly int _groups;

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
        Start start = zero ? Start.Zeros : Start.FanIn((long)inputs / groups * kernel);
        _kernel = new(p, [outputs, inputs / groups, kernel], start, form);
        _bias = bias ? p.Get("bias", [outputs], start) : null;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, T, inputs].</param>
    /// <returns>[B, T', outputs], float32.</returns>
    public Tensor Forward(Tensor x)
    {
        Tensor picture = x.Permute(0, 2, 1).Unsqueeze(2); // [B, C, 1, T]
        Tensor kernel = _kernel.Value().Unsqueeze(2);
        Tensor y = _store.UseBFloat16
            ? Convolve(picture.To(DType.BFloat16), kernel.To(DType.BFloat16), _bias?.To(DType.BFloat16))
                .To(DType.Float32)
            : Convolve(picture, kernel, _bias);
        return y.Squeeze(2).Permute(0, 2, 1); // [B, T, C]
    }

    private Tensor Convolve(Tensor picture, Tensor kernel, Tensor? bias) => ConvolutionOp.Call(
        picture, kernel, bias, new long[] { 1, _stride }, new long[] { 0, _padding }, new long[] { 1, _dilation },
        false, new long[] { 0, 0 }, _groups);
}
