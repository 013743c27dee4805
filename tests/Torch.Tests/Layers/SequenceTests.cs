using Kouyin.Torch.Layers;

namespace Kouyin.Torch.Tests.Layers;

/// <summary>Layers that look along time: Gru, Attention, Mask.</summary>
public sealed class SequenceTests
{
    [Fact]
    public void Gru_steps_as_its_equations_say()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        const int Batch = 2, Frames = 4, Inputs = 3, Width = 5;
        Gru layer = new(store.Root, Inputs, Width);
        float[] x = Numbers.Wave(Batch * Frames * Inputs);
        float[] wi = store.Parameters["weight_ih_l0"].ToArray(), wh = store.Parameters["weight_hh_l0"].ToArray();
        float[] bi = store.Parameters["bias_ih_l0"].ToArray(), bh = store.Parameters["bias_hh_l0"].ToArray();
        List<double> expected = [];
        for (int b = 0; b < Batch; b++)
        {
            double[] h = new double[Width];
            for (int t = 0; t < Frames; t++)
            {
                float[] frame = x[((b * Frames + t) * Inputs)..((b * Frames + t + 1) * Inputs)];
                double[] previous = h;
                double Input(int row) => bi[row] + frame.Select((v, i) => (double)wi[row * Inputs + i] * v).Sum();
                double State(int row) => bh[row] + previous.Select((v, i) => wh[row * Width + i] * v).Sum();
                h = [.. Enumerable.Range(0, Width).Select(c =>
                {
                    double reset = Sigmoid(Input(c) + State(c));
                    double update = Sigmoid(Input(Width + c) + State(Width + c));
                    double candidate = Math.Tanh(Input(2 * Width + c) + reset * State(2 * Width + c));
                    return (1 - update) * candidate + update * previous[c];
                })];
                expected.AddRange(h);
            }
        }

        Tensor y = layer.Forward(Tensor.From<float>(x, Batch, Frames, Inputs));

        Assert.Equal([Batch, Frames, Width], y.Shape);
        Numbers.Close(expected, y);
        Numbers.GradientReachesAll(store, y);
    }

    [Fact]
    public void Heads_are_consecutive_channels()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Arange(2 * 3 * 4, DType.Float32).View(2, 3, 4);

        Tensor split = Attention.SplitHeads(x, 2);

        Assert.Equal([2L, 2, 3, 2], split.Shape);
        Assert.Equal([2f, 3, 6, 7, 10, 11], split.Select(0, 0).Select(0, 1).ToArray());
        Assert.Equal(x.ToArray(), Attention.MergeHeads(split).ToArray());
    }

    [Fact]
    public void Attention_ignores_padded_keys()
    {
        using TensorScope scope = new();
        Tensor logits = Numbers.Of(2, 3, 4, 5);
        Tensor mask = Mask.FromLengths(Tensor.From<long>([5, 2], 2), 5);

        Tensor weights = Attention.MaskedSoftmax(logits, mask);

        Numbers.Close([.. logits.Select(0, 0).Softmax(-1).ToArray()], weights.Select(0, 0));
        Numbers.Close(
            [.. logits.Select(0, 1).Slice(2, 0, 2).Softmax(-1).ToArray()], weights.Select(0, 1).Slice(2, 0, 2));
        Assert.Equal(0, weights.Select(0, 1).Slice(2, 2).Max().Item());
    }

    [Fact]
    public void Attention_over_nothing_but_padding_is_even()
    {
        using TensorScope scope = new();

        Tensor weights = Attention.MaskedSoftmax(Numbers.Of(1, 1, 2, 4), Tensor.Zeros([1, 4, 1]));

        Numbers.Close([.. Enumerable.Repeat(0.25, 8)], weights);
    }

    [Fact]
    public void A_mask_is_1_inside_each_length()
    {
        using TensorScope scope = new();

        Tensor mask = Mask.FromLengths(Tensor.From<long>([0, 3, 2], 3), 3);

        Assert.Equal([3L, 3, 1], mask.Shape);
        Assert.Equal([0f, 0, 0, 1, 1, 1, 1, 1, 0], mask.ToArray());
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
