using Kouyin.Torch.Layers;

namespace Kouyin.Torch.Tests.Layers;

public sealed class NormTests
{
    [Fact]
    public void LayerNorm_normalizes_each_frame()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        LayerNorm layer = new(store.Root, 5, 1e-3, "gamma", "beta");
        var (gain, bias) = Fill(store, "gamma", "beta");
        float[] x = Numbers.Wave(2 * 3 * 5);
        double[] expected = new double[x.Length];
        for (int n = 0; n < 6; n++)
        {
            int[] frame = [.. Enumerable.Range(5 * n, 5)];
            Normalize(x, frame, 1e-3, expected, k => gain[k % 5], k => bias[k % 5]);
        }

        Tensor y = layer.Forward(Tensor.From<float>(x, 2, 3, 5));

        Numbers.Close(expected, y);
        Numbers.GradientReachesAll(store, y);
    }

    [Theory]
    [InlineData(2, 7)]
    [InlineData(2, 3, 4)]
    [InlineData(2)]
    public void GroupNorm_normalizes_groups_of_the_last_dimension_over_an_item(params int[] leading)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        const int Channels = 6, Groups = 2;
        GroupNorm layer = new(store.Root, Groups, Channels);
        var (gain, bias) = Fill(store, "weight", "bias");
        int positions = leading[1..].Aggregate(1, (a, b) => a * b), item = positions * Channels;
        float[] x = Numbers.Wave(leading[0] * item);
        double[] expected = new double[x.Length];
        for (int b = 0; b < leading[0]; b++)
        {
            for (int g = 0; g < Groups; g++)
            {
                int[] group = [.. Enumerable.Range(b * item, item).Where(k => k % Channels / (Channels / Groups) == g)];
                Normalize(x, group, 1e-5, expected, k => gain[k % Channels], k => bias[k % Channels]);
            }
        }

        Tensor y = layer.Forward(Tensor.From<float>(x, [.. leading.Select(n => (long)n), Channels]));

        Assert.Equal([.. leading.Select(n => (long)n), Channels], y.Shape);
        Numbers.Close(expected, y);
        Numbers.GradientReachesAll(store, y);
    }

    [Fact]
    public void MaskedGroupNorm_is_GroupNorm_of_the_real_rows()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3), same = ParameterStore.Fresh(3);
        MaskedGroupNorm layer = new(store.Root, 2, 6);
        GroupNorm plain = new(same.Root, 2, 6);
        Fill(store, "weight", "bias");
        Fill(same, "weight", "bias");
        Tensor x = Numbers.Of(2, 5, 4, 6);
        Tensor mask = Mask.FromLengths(Tensor.From<long>([5, 3], 2), 5).Unsqueeze(3);

        Tensor y = layer.Forward(x, mask);

        Numbers.Close([.. plain.Forward(x.Slice(0, 0, 1)).ToArray().Select(v => (double)v)], y.Slice(0, 0, 1));
        Numbers.Close(
            [.. plain.Forward(x.Slice(0, 1, 2).Slice(1, 0, 3)).ToArray().Select(v => (double)v)],
            y.Slice(0, 1, 2).Slice(1, 0, 3));
        Assert.Equal(0, y.Slice(0, 1, 2).Slice(1, 3).Abs().Max().Item());
        Numbers.GradientReachesAll(store, y);
    }

    [Fact]
    public void BatchNorm_in_training_normalizes_over_the_batch_and_remembers()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        BatchNorm layer = new(store.Root, 2, momentum: 0.25);
        var (gain, bias) = Fill(store, "weight", "bias");
        store.Training = true;
        float[] x = Numbers.Wave(7 * 2);
        double[] expected = new double[x.Length], means = new double[2], variances = new double[2];
        for (int c = 0; c < 2; c++)
        {
            int[] column = [.. Enumerable.Range(0, 14).Where(k => k % 2 == c)];
            double mean = column.Average(k => (double)x[k]);
            means[c] = 0.25 * mean;
            variances[c] = 0.75 + 0.25 * column.Sum(k => Math.Pow(x[k] - mean, 2)) / 6;
            Normalize(x, column, 1e-5, expected, k => gain[k % 2], k => bias[k % 2]);
        }

        Tensor y = layer.Forward(Tensor.From<float>(x, 7, 2));

        Numbers.Close(expected, y);
        Numbers.Close(means, store.Parameters["running_mean"]);
        Numbers.Close(variances, store.Parameters["running_var"]);
        Assert.False(store.Parameters["running_mean"].RequiresGrad);
        Numbers.GradientReachesAll(store, y);
    }

    [Fact]
    public void BatchNorm_outside_training_uses_what_it_remembers()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        BatchNorm layer = new(store.Root, 2);
        store.Parameters["running_mean"].CopyFrom(Tensor.From<float>([1, -1], 2));
        store.Parameters["running_var"].CopyFrom(Tensor.From<float>([4, 0.25f], 2));

        Tensor y = layer.Forward(Tensor.From<float>([3, 0], 1, 2));

        Numbers.Close([2 / Math.Sqrt(4 + 1e-5), 1 / Math.Sqrt(0.25 + 1e-5)], y);
        Numbers.Close([1, -1], store.Parameters["running_mean"]);
    }

    private static (float[] Gain, float[] Bias) Fill(ParameterStore store, string gain, string bias)
    {
        using NoGrad noGrad = new();
        store.Parameters[gain].CopyFrom(Numbers.Of(store.Parameters[gain].Shape));
        store.Parameters[bias].CopyFrom(Numbers.Others(store.Parameters[bias].Shape));
        return (store.Parameters[gain].ToArray(), store.Parameters[bias].ToArray());
    }

    private static void Normalize(
        float[] x, int[] members, double epsilon, double[] y, Func<int, double> gain, Func<int, double> bias)
    {
        double mean = members.Average(k => (double)x[k]);
        double variance = members.Average(k => Math.Pow(x[k] - mean, 2));
        foreach (int k in members)
            y[k] = (x[k] - mean) / Math.Sqrt(variance + epsilon) * gain(k) + bias(k);
    }
}
