namespace Kouyin.Torch.Layers;

/// <summary>Normalizes groups of channels over the real positions of an item, so that padding does not count.</summary>
/// <remarks>Wu, He 2018, equations 1 and 7, with the set of pixels restricted to the real ones.</remarks>
public sealed class MaskedGroupNorm
{
    private const double Epsilon = 1e-5;

    private readonly Tensor _gain;
    private readonly Tensor _bias;
    private readonly int _groups;

    /// <summary>Takes <c>weight</c> and <c>bias</c>, [channels], from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="groups">Groups; divides the channels.</param>
    /// <param name="channels">Channels.</param>
    public MaskedGroupNorm(Params p, int groups, int channels)
    {
        _groups = groups;
        _gain = p.Get("weight", [channels], Start.Ones);
        _bias = p.Get("bias", [channels], Start.Zeros);
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[B, H, W, channels], anything where it is padded.</param>
    /// <param name="mask">1 on real rows and 0 on padding, [B, H, 1, 1]; every item has a real row.</param>
    /// <returns>[B, H, W, channels], zero on padding.</returns>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        var (_, _, columns, channels) = x.Sizes4("[B, H, W, C]");
        Tensor count = mask.Sum(1, keep: true) * (columns * (double)(channels / _groups)); // [B, 1, 1, 1]
        Tensor centred = (x - GroupSum(x * mask) / count) * mask;
        Tensor deviation = (GroupSum(centred.Square()) / count + Epsilon).Sqrt();
        return (centred / deviation * _gain + _bias) * mask;
    }

    /// <summary>Sums over each group and all positions, laid back along the group's channels, [B, 1, 1, C].</summary>
    private Tensor GroupSum(Tensor x)
    {
        long batch = x.Size(0), channels = x.Size(3);
        Tensor groups = x.Sum(1).Sum(1).Reshape(batch, _groups, channels / _groups).Sum(2);
        return groups.RepeatInterleave(channels / _groups, 1).View(batch, 1, 1, channels);
    }
}
