using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Encoder.Conformer;

/// <summary>Half a feed-forward, attention, convolution, the other half, norm.</summary>
/// <remarks>Gulati et al. 2020, "Conformer", section 2 and figure 1.</remarks>
internal sealed class ConformerBlock
{
    private readonly FeedForward _before;
    private readonly DistanceAttention _attention;
    private readonly ConvolutionModule _convolution;
    private readonly FeedForward _after;
    private readonly LayerEnd _norm;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The block's place.</param>
    /// <param name="index">Which block, from 0.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="widths">Of the vectors that its norm may depend on.</param>
    public ConformerBlock(Params p, int index, TextEncoderConfig config, ConditionWidths widths)
    {
        _before = new(p / "before", config);
        _attention = new(p / "attention", config);
        _convolution = new(p / "convolution", config);
        _after = new(p / "after", config);
        _norm = new(p / "norm", index, config, widths, (place, width) => new LayerNorm(place, width));
    }

    /// <summary>Runs the block.</summary>
    /// <param name="x">Symbols, [B, S, C].</param>
    /// <param name="mask">1 on real symbols and 0 on padding, [B, S, 1].</param>
    /// <param name="distances">From <see cref="DistanceAttention.Distances"/>.</param>
    /// <param name="conditions">For the norm.</param>
    /// <returns>[B, S, C].</returns>
    public Tensor Forward(Tensor x, Tensor mask, Tensor distances, Conditions conditions)
    {
        x = x + 0.5 * _before.Forward(x, mask);
        x = x + _attention.Forward(x, mask, distances);
        x = x + _convolution.Forward(x, mask);
        x = x + 0.5 * _after.Forward(x, mask);
        return _norm.Forward(x, conditions);
    }
}
