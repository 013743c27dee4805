using Kouyin.Torch;

namespace Kouyin.Speech.Model.Encoder;

/// <summary>Layers of attention and convolutions: Grad-TTS's.</summary>
/// <remarks>Kim et al. 2020, "Glow-TTS", appendix A.1.</remarks>
internal sealed class Transformer(Params p, TextEncoderConfig config, ConditionWidths widths) : ISymbolLayers
{
    private readonly TransformerLayer[] _layers =
        [.. Enumerable.Range(0, config.Layers).Select(k => new TransformerLayer(p, k, config, widths))];

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor mask, Conditions conditions)
    {
        var (batch, count, _) = x.Sizes3("[B, S, C]");
        Tensor pairPadding = (mask.Matmul(mask.Transpose(1, 2)).EqualTo(0)).View(batch, 1, count, count);
        foreach (TransformerLayer layer in _layers)
            x = layer.Forward(x, mask, pairPadding, conditions);
        return x;
    }
}
