namespace Kouyin.Torch.Layers;

/// <summary>The pieces that all attention layers share.</summary>
public static class Attention
{
    /// <summary>Splits the channels into heads.</summary>
    /// <param name="x">[B, T, C].</param>
    /// <param name="heads">H; divides C.</param>
    /// <returns>[B, H, T, C / H].</returns>
    public static Tensor SplitHeads(Tensor x, int heads)
    {
        var (batch, frames, width) = x.Sizes3("[B, T, C]");
        return x.Reshape(batch, frames, heads, width / heads).Transpose(1, 2); // [B, H, T, D]
    }

    /// <summary>Undoes <see cref="SplitHeads"/>.</summary>
    /// <param name="x">[B, H, T, D].</param>
    /// <returns>[B, T, H D].</returns>
    public static Tensor MergeHeads(Tensor x)
    {
        var (batch, heads, frames, width) = x.Sizes4("[B, H, T, D]");
        return x.Transpose(1, 2).Reshape(batch, frames, (long)heads * width); // [B, T, C]
    }

    /// <summary>
    /// softmax over the keys that are real. A row whose keys are all padding comes out even, not NaN.
    /// </summary>
    /// <param name="logits">[B, H, T, S].</param>
    /// <param name="keyMask">1 on real keys and 0 on padding, [B, S, 1].</param>
    /// <returns>[B, H, T, S].</returns>
    public static Tensor MaskedSoftmax(Tensor logits, Tensor keyMask)
    {
        var (batch, keys, _) = keyMask.Sizes3("[B, S, 1]");
        return logits.MaskedFill(keyMask.View(batch, 1, 1, keys).EqualTo(0), -1e4).Softmax(-1);
    }
}
