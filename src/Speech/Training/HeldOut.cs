using Kouyin.Torch;
using Kouyin.Torch.Distributed;

namespace Kouyin.Speech.Training;

/// <summary>Measures on held-out batches, shared out over the processes of a run.</summary>
internal static class HeldOut
{
    /// <summary>The mean of the batches' losses, the same in every process; null where there are none.</summary>
    /// <param name="batches">The same in every process: indices into the corpus.</param>
    /// <param name="group">The processes, or null.</param>
    /// <param name="losses">Of a batch and its number, without gradients.</param>
    public static double[]? Mean(int[][] batches, ProcessGroup? group, Func<int[], int, double[]> losses)
    {
        if (batches.Length == 0)
            return null;
        using NoGrad noGrad = new();
        double[]? sums = null;
        // A process beyond the last batch does the first, to know how many losses there are.
        for (int k = group?.Rank ?? 0; k < batches.Length || sums is null; k += group?.Size ?? 1)
        {
            using TensorScope scope = new();
            double[] values = losses(batches[k % batches.Length], k % batches.Length);
            sums ??= new double[values.Length];
            for (int kind = 0; kind < sums.Length && k < batches.Length; kind++)
                sums[kind] += values[kind] / batches.Length;
        }
        group?.Sum(sums);
        return sums;
    }
}
