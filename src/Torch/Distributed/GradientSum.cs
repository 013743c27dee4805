namespace Kouyin.Torch.Distributed;

/// <summary>Sums the gradients of portions of a batch, over those of one process and over processes.</summary>
/// <remarks>
/// In float64, so that the sum does not depend on its order, nor then on how portions are shared out. Over processes
/// after the backward pass rather than during it: on a processor the threads that would carry gradients are those that
/// compute them (docs/training.md has the share of a step that the sums take).
/// </remarks>
/// <param name="parameters">Those that learn, in the same order in every process.</param>
public sealed class GradientSum(IReadOnlyList<Tensor> parameters)
{
    private const long PieceNumbers = 4 << 20; // 32 MiB
    private static readonly Operator AddOp = new("aten::add_", "Tensor");

    private readonly Tensor?[] _sums = new Tensor?[parameters.Count];

    /// <summary>Takes every parameter's gradient off it. What is kept belongs to the open scope.</summary>
    public void Take()
    {
        using NoGrad noGrad = new();
        for (int k = 0; k < parameters.Count; k++)
        {
            if (parameters[k].Grad is not { } gradient)
                continue;
            if (_sums[k] is { } sum)
                AddOp.Run(sum, gradient.Reshape(-1));
            else
                _sums[k] = gradient.To(DType.Float64).Reshape(-1);
            parameters[k].Grad = null;
        }
    }

    /// <summary>
    /// Gives every parameter the sum as its gradient. Where no process has one there is none after; where one has, the
    /// others' count as zero.
    /// </summary>
    /// <param name="group">The processes, or null.</param>
    public void Give(ProcessGroup? group)
    {
        using NoGrad noGrad = new();
        double[] holders = Array.ConvertAll(_sums, sum => sum is null ? 0.0 : 1);
        group?.Sum(holders);
        List<int> piece = [];
        long numbers = 0;
        foreach (int k in Enumerable.Range(0, holders.Length).Where(k => holders[k] > 0))
        {
            if (piece.Count > 0 && numbers + parameters[k].Count > PieceNumbers)
            {
                Give(group, piece);
                piece.Clear();
                numbers = 0;
            }
            piece.Add(k);
            numbers += parameters[k].Count;
        }
        if (piece.Count > 0)
            Give(group, piece);
    }

    private void Give(ProcessGroup? group, List<int> piece)
    {
        using TensorScope scope = new();
        Device device = parameters[piece[0]].Device;
        Tensor flat = Tensor.Cat(
            0, [.. piece.Select(k => _sums[k] ?? Tensor.Zeros([parameters[k].Count], DType.Float64, device))]);
        if (group is not null)
        {
            flat = flat.To(Device.Cpu);
            group.Sum(flat);
        }
        flat = flat.To(DType.Float32).To(device);
        long start = 0;
        foreach (int k in piece)
        {
            parameters[k].Grad = flat.Slice(0, start, start + parameters[k].Count).Reshape(parameters[k].Shape);
            start += parameters[k].Count;
        }
    }
}
