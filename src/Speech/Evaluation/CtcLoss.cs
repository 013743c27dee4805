using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation;

/// <summary>The loss of a sequence whose alignment is not known, and the reading of its outputs.</summary>
/// <remarks>Graves et al. 2006, "Connectionist temporal classification", equation 12. The blank is symbol 0.</remarks>
public static class CtcLoss
{
    private const int SumReduction = 2;

    private static readonly Operator LossOp = new("aten::ctc_loss", "IntList");

    /// <summary>-log p(targets), summed over the batch. Items too short for their targets count as 0.</summary>
    /// <param name="logProbabilities">[B, T, V].</param>
    /// <param name="lengths">Outputs of each item, [B].</param>
    /// <param name="targets">Symbols of each item, without blanks.</param>
    /// <returns>One number.</returns>
    public static Tensor Of(
        Tensor logProbabilities, IReadOnlyList<int> lengths, IReadOnlyList<IReadOnlyList<int>> targets)
    {
        long[] flat = [.. targets.SelectMany(items => items).Select(id => (long)id)];
        return LossOp.Call(
            logProbabilities.Transpose(0, 1), // [T, B, V]
            Tensor.From<long>(flat, flat.Length), Longs(lengths), Longs([.. targets.Select(items => items.Count)]),
            0, SumReduction, true);
    }

    /// <summary>The most probable symbol of each output, repetitions merged and blanks left out.</summary>
    /// <param name="symbols">The best symbol of each output.</param>
    public static int[] Collapse(ReadOnlySpan<long> symbols)
    {
        List<int> read = [];
        long previous = 0;
        foreach (long symbol in symbols)
        {
            if (symbol != 0 && symbol != previous)
                read.Add((int)symbol);
            previous = symbol;
        }
        return [.. read];
    }

    private static long[] Longs(IReadOnlyList<int> numbers) => [.. numbers.Select(n => (long)n)];
}
