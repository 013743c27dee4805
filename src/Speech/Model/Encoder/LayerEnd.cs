using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>The norm at the end of a layer: an ordinary one, or by the accent or the speaker.</summary>
internal sealed class LayerEnd
{
    private readonly LayerNorm? _plain;
    private readonly ConditionalNorm? _accent, _speaker;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The norm's place.</param>
    /// <param name="index">Of the layer, from 0.</param>
    /// <param name="config">Says which layers' norms depend on what.</param>
    /// <param name="widths">Of the vectors; where one is not there, the norm is an ordinary one.</param>
    /// <param name="plain">Makes an ordinary norm.</param>
    public LayerEnd(
        Params p, int index, TextEncoderConfig config, ConditionWidths widths, Func<Params, int, LayerNorm> plain)
    {
        if (widths.Accent > 0 && config.AccentNorm.Contains(index))
            _accent = new(p, config.Width, widths.Accent);
        else if (widths.Speaker > 0 && config.SpeakerNorm.Contains(index))
            _speaker = new(p, config.Width, widths.Speaker);
        else
            _plain = plain(p, config.Width);
    }

    /// <summary>Applies the norm.</summary>
    /// <param name="x">[B, S, C].</param>
    /// <param name="conditions">Vectors.</param>
    /// <returns>[B, S, C].</returns>
    public Tensor Forward(Tensor x, Conditions conditions) =>
        _plain?.Forward(x) ?? _accent?.Forward(x, conditions.Accent!) ?? _speaker!.Forward(x, conditions.Speaker!);
}
