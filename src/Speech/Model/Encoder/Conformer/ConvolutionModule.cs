using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder.Conformer;

/// <summary>A gate, then a convolution of each channel alone over many symbols.</summary>
/// <remarks>
/// Gulati et al. 2020, section 2.2 and figure 2, but for the norm: a layer norm over each symbol's channels in place of
/// the batch norm, whose statistics padding and batch mates would enter. It has as many parameters.
/// </remarks>
internal sealed class ConvolutionModule
{
    private readonly LayerNorm _before;
    private readonly Linear _gated;
    private readonly Conv1d _depthwise;
    private readonly LayerNorm _norm;
    private readonly Linear _output;
    private readonly Dropout _dropout;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public ConvolutionModule(Params p, TextEncoderConfig config)
    {
        _before = new(p / "before", config.Width);
        _gated = new(p / "gated", config.Width, 2 * config.Width);
        _depthwise = new(
            p / "depthwise", config.Width, config.Width, config.ConvKernel, groups: config.Width, bias: false);
        _norm = new(p / "norm", config.Width);
        _output = new(p / "output", config.Width, config.Width);
        _dropout = new(p, config.Dropout);
    }

    /// <summary>Runs the module.</summary>
    /// <param name="x">Symbols, [B, S, C].</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <returns>[B, S, C].</returns>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        Tensor[] halves = _gated.Forward(_before.Forward(x)).Chunk(2, 2);
        Tensor h = _depthwise.Forward(halves[0] * halves[1].Sigmoid() * mask);
        return _dropout.Forward(_output.Forward(_norm.Forward(h).Silu()));
    }
}
