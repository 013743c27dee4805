using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>Attention and two convolutions, each followed by its norm.</summary>
/// <remarks>Kim et al. 2020, "Glow-TTS", appendix A.1, after Vaswani et al. 2017.</remarks>
public sealed class TransformerLayer
{
    private readonly RelativeAttention _attention;
    private readonly LayerNorm _afterAttention;
    private readonly Conv1d _widen;
    private readonly Conv1d _narrow;
    private readonly LayerEnd _afterConvolutions;
    private readonly Dropout _dropout;

    /// <summary>Takes its parameters from <paramref name="p"/>, which holds all layers, kind by kind.</summary>
    /// <param name="p">The encoder's place.</param>
    /// <param name="index">Which layer, from 0.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="widths">Of the vectors that the second norm may depend on.</param>
    public TransformerLayer(Params p, int index, TextEncoderConfig config, ConditionWidths widths)
    {
        _attention = new(p / "attn_layers" / index, config);
        _afterAttention = ChannelNorm.Create(p / "norm_layers_1" / index, config.Width);
        Params convolutions = p / "ffn_layers" / index;
        _widen = new(convolutions / "conv_1", config.Width, config.Hidden, config.Kernel);
        _narrow = new(convolutions / "conv_2", config.Hidden, config.Width, config.Kernel);
        _afterConvolutions = new(p / "norm_layers_2" / index, index, config, widths, ChannelNorm.Create);
        _dropout = new(p, config.Dropout);
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x">Symbols, [B, S, C].</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <param name="pairPadding">True where either symbol of a pair is padding, [B, 1, S, S].</param>
    /// <param name="conditions">For the second norm.</param>
    /// <returns>[B, S, C].</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor pairPadding, Conditions conditions)
    {
        x = x * mask;
        x = _afterAttention.Forward(x + _dropout.Forward(_attention.Forward(x, pairPadding)));
        Tensor h = _dropout.Forward(_widen.Forward(x * mask).Relu());
        h = _narrow.Forward(h * mask) * mask;
        return _afterConvolutions.Forward(x + _dropout.Forward(h), conditions);
    }
}
