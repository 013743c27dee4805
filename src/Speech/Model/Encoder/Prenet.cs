using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>Three convolutions as a residual branch that is silent at first.</summary>
/// <remarks>Kim et al. 2020, "Glow-TTS", appendix A.1.</remarks>
public sealed class Prenet
{
    private const int Layers = 3;
    private const int Kernel = 5;

    private readonly Conv1d[] _convolutions;
    private readonly LayerNorm[] _norms;
    private readonly Linear _projection;
    private readonly Dropout _dropout;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public Prenet(Params p, TextEncoderConfig config)
    {
        _convolutions = [.. Enumerable.Range(0, Layers)
            .Select(k => new Conv1d(p / "conv_layers" / k, config.Width, config.Width, Kernel))];
        _norms = [.. Enumerable.Range(0, Layers)
            .Select(k => ChannelNorm.Create(p / "norm_layers" / k, config.Width))];
        _projection = new(p / "proj", config.Width, config.Width, kernelDimensions: 1, zero: true);
        _dropout = new(p, config.PrenetDropout);
    }

    /// <summary>Runs the prenet.</summary>
    /// <param name="x">Symbols, [B, S, C].</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <returns>[B, S, C], zero on padding.</returns>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        Tensor h = x;
        for (int k = 0; k < Layers; k++)
            h = _dropout.Forward(_norms[k].Forward(_convolutions[k].Forward(h * mask)).Relu());
        return (x + _projection.Forward(h)) * mask;
    }
}

/// <summary>The reference's layer norm: epsilon 1e-4, parameters named gamma and beta.</summary>
internal static class ChannelNorm
{
    public static LayerNorm Create(Params p, int width) => new(p, width, 1e-4, "gamma", "beta");
}
