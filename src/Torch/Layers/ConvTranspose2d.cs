namespace Kouyin.Torch.Layers;

/// <summary>A transposed convolution over a picture whose channels lie last: upsampling by its stride.</summary>
public sealed class ConvTranspose2d
{
    private static readonly Operator GrowOp = new("kouyin::grow");

    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly int _stride;
    private readonly int _padding;

    /// <summary>
    /// Takes <c>weight</c> [inputs, outputs, kernel, kernel] and <c>bias</c> from <paramref name="p"/>.
    /// </summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="inputs">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="stride">Output pixels an input pixel.</param>
    /// <param name="padding">Output pixels cut at each side.</param>
    public ConvTranspose2d(Params p, int inputs, int outputs, int kernel, int stride, int padding)
    {
        _stride = stride;
        _padding = padding;
        Start start = Start.FanIn((long)outputs * kernel * kernel);
        _weight = p.Get("weight", [inputs, outputs, kernel, kernel], start);
        _bias = p.Get("bias", [outputs], start);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, H, W, inputs].</param>
    /// <returns>[B, H', W', outputs], of x's kind of number.</returns>
    public Tensor Forward(Tensor x) => GrowOp.Call(x, _weight, _bias, _stride, _padding);
}
