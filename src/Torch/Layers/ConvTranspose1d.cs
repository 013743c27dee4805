namespace Kouyin.Torch.Layers;

/// <summary>A transposed convolution over time: upsampling by its stride.</summary>
public sealed class ConvTranspose1d
{
    private static readonly Operator ConvolutionOp = new("aten::convolution");

    private readonly Kernel _kernel;
    private readonly Tensor _bias;
    private readonly int _stride;
    private readonly int _padding;

    /// <summary>Takes <c>weight</c> [inputs, outputs, kernel] and <c>bias</c> from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Width in output frames.</param>
    /// <param name="stride">Output frames an input frame.</param>
    /// <param name="padding">Output frames cut at each side.</param>
    /// <param name="form">How the weight is kept.</param>
    public ConvTranspose1d(Params p, int inputs, int outputs, int kernel, int stride, int padding,
        KernelForm form = KernelForm.Plain)
    {
        _stride = stride;
        _padding = padding;
        Start start = Start.FanIn((long)outputs * kernel);
        _kernel = new(p, [inputs, outputs, kernel], start, form);
        _bias = p.Get("bias", [outputs], start);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, T, inputs].</param>
    /// <returns>[B, (T - 1) stride - 2 padding + kernel, outputs], float32.</returns>
    public Tensor Forward(Tensor x)
    {
        // Always float32: libtorch 1.13 has no bfloat16 kernel for it on the processor.
        Tensor picture = x.Permute(0, 2, 1).Unsqueeze(2); // [B, C, 1, T]
        Tensor y = ConvolutionOp.Call(
            picture, _kernel.Value().Unsqueeze(2), _bias, new long[] { 1, _stride }, new long[] { 0, _padding },
            new long[] { 1, 1 }, true, new long[] { 0, 0 }, 1);
        return y.Squeeze(2).Permute(0, 2, 1); // [B, T, C]
    }
}
