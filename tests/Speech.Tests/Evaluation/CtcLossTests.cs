using Kouyin.Speech.Evaluation;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class CtcLossTests
{
    private const int Symbols = 3;

    [Theory]
    [InlineData(4, new[] { 1, 2 })]
    [InlineData(4, new[] { 1, 1 })]
    [InlineData(3, new[] { 2 })]
    public void The_loss_sums_over_all_alignments(int length, int[] target)
    {
        using TensorScope scope = new();
        Tensor logProbabilities = Scores(1, length).LogSoftmax(-1);
        double[] log = [.. logProbabilities.ToArray().Select(v => (double)v)];
        double total = 0;
        for (int path = 0; path < Math.Pow(Symbols, length); path++)
        {
            long[] symbols = [.. Enumerable.Range(0, length).Select(t => path / (long)Math.Pow(Symbols, t) % Symbols)];
            if (CtcLoss.Collapse(symbols).SequenceEqual(target))
                total += Math.Exp(Enumerable.Range(0, length).Sum(t => log[t * Symbols + symbols[t]]));
        }

        float loss = CtcLoss.Of(logProbabilities, [length], [target]).Item();

        Assert.Equal(-Math.Log(total), loss, 4);
    }

    [Fact]
    public void A_batch_sums_its_items_and_ignores_their_padding()
    {
        using TensorScope scope = new();
        Tensor two = Scores(2, 6).LogSoftmax(-1);
        float apart = CtcLoss.Of(two.Slice(0, 0, 1), [6], [[1, 2]]).Item()
            + CtcLoss.Of(two.Slice(0, 1).Slice(1, 0, 4), [4], [[2]]).Item();

        Assert.Equal(apart, CtcLoss.Of(two, [6, 4], [[1, 2], [2]]).Item(), 4);
    }

    [Fact]
    public void An_item_too_short_for_its_target_counts_nothing()
    {
        using TensorScope scope = new();
        Tensor scores = Scores(1, 2);
        scores.RequiresGrad = true;

        Tensor loss = CtcLoss.Of(scores.LogSoftmax(-1), [2], [[1, 1]]);
        loss.Backward();

        Assert.Equal(0, loss.Item());
        Assert.True(scores.Grad!.AllFinite());
    }

    [Fact]
    public void Reading_merges_repetitions_and_drops_blanks()
    {
        Assert.Equal([3, 3, 1, 2], CtcLoss.Collapse([0, 3, 3, 0, 3, 1, 1, 2, 0, 0]));
        Assert.Empty(CtcLoss.Collapse([0, 0]));
    }

    private static Tensor Scores(int batch, int length) => Tensor.From<float>(
        [.. Enumerable.Range(0, batch * length * Symbols).Select(k => MathF.Sin(1.7f * k))], batch, length, Symbols);
}
