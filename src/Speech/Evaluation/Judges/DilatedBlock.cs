using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>A residual block of the judges' networks: a norm, a dilated convolution, dropout and a mix.</summary>
/// <param name="p">The block's place.</param>
/// <param name="width">Channels.</param>
/// <param name="kernel">Taps; odd.</param>
/// <param name="dilation">Frames between taps.</param>
/// <param name="dropout">Share of channels dropped while training.</param>
internal sealed class DilatedBlock(Params p, int width, int kernel, int dilation, double dropout)
{
    private readonly LayerNorm _norm = new(p / "norm", width);
    private readonly Conv1d _convolution = new(p / "convolution", width, width, kernel, dilation: dilation);
    private readonly Dropout _dropout = new(p, dropout);
    private readonly Linear _mix = new(p / "mix", width, width);

    /// <summary>Applies the block.</summary>
    /// <param name="x">[B, T, width].</param>
    /// <param name="mask">[B, T, 1].</param>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        Tensor y = _convolution.Forward(_norm.Forward(x) * mask).Silu();
        return x + _mix.Forward(_dropout.Forward(y));
    }
}
