namespace Kouyin.Torch.Layers;

/// <summary>What is real and what is padding.</summary>
public static class Mask
{
    /// <summary>1 inside each length and 0 after it.</summary>
    /// <param name="lengths">[B], int64.</param>
    /// <param name="size">T.</param>
    /// <returns>[B, T, 1], float32.</returns>
    public static Tensor FromLengths(Tensor lengths, int size) =>
        (Tensor.Arange(size, device: lengths.Device).Unsqueeze(0) < lengths.Unsqueeze(1))
        .To(DType.Float32).Unsqueeze(2); // [B, T, 1]
}
