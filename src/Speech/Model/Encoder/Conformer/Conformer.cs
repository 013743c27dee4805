using Kouyin.Torch;

namespace Kouyin.Speech.Model.Encoder.Conformer;

/// <summary>Conformer blocks.</summary>
/// <remarks>Gulati et al. 2020, "Conformer".</remarks>
internal sealed class Conformer(Params p, TextEncoderConfig config, ConditionWidths widths) : ISymbolLayers
{
    private readonly ConformerBlock[] _blocks =
        [.. Enumerable.Range(0, config.Layers).Select(k => new ConformerBlock(p / k, k, config, widths))];

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor mask, Conditions conditions)
    {
        Tensor distances = DistanceAttention.Distances(x.Size(1), config.Width).To(x.Device);
        foreach (ConformerBlock block in _blocks)
            x = block.Forward(x, mask, distances, conditions);
        return x;
    }
}
