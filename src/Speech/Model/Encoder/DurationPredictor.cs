using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>The logarithm of every symbol's duration in frames.</summary>
/// <remarks>Ren et al. 2019, "FastSpeech", section 3.3, as Glow-TTS and Grad-TTS use it.</remarks>
public sealed class DurationPredictor
{
    private readonly Conv1d _first;
    private readonly LayerNorm _firstNorm;
    private readonly Conv1d _second;
    private readonly LayerNorm _secondNorm;
    private readonly Linear _projection;
    private readonly Dropout _dropout;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    public DurationPredictor(Params p, TextEncoderConfig config)
    {
        _first = new(p / "conv_1", config.Width, config.DurationHidden, config.Kernel);
        _firstNorm = ChannelNorm.Create(p / "norm_1", config.DurationHidden);
        _second = new(p / "conv_2", config.DurationHidden, config.DurationHidden, config.Kernel);
        _secondNorm = ChannelNorm.Create(p / "norm_2", config.DurationHidden);
        _projection = new(p / "proj", config.DurationHidden, 1, kernelDimensions: 1);
        _dropout = new(p, config.Dropout);
    }

    /// <summary>Predicts.</summary>
    /// <param name="x">Encoded symbols, [B, S, C].</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <returns>ln of frames, [B, S, 1], zero on padding.</returns>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        x = _dropout.Forward(_firstNorm.Forward(_first.Forward(x * mask).Relu()));
        x = _dropout.Forward(_secondNorm.Forward(_second.Forward(x * mask).Relu()));
        return _projection.Forward(x * mask) * mask;
    }
}
