using Kouyin.Torch.Layers;

namespace Kouyin.Torch.Tests.Layers;

/// <summary>Layers that treat every frame alone: Linear, Embedding, Dropout.</summary>
public sealed class PointwiseTests
{
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 2)]
    public void Linear_is_a_matrix_and_a_bias(bool hasBias, int kernelDimensions)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        Linear layer = new(store.Root, 3, 4, hasBias, kernelDimensions);
        float[] x = Numbers.Wave(2 * 5 * 3), w = store.Parameters["weight"].ToArray();
        float[] b = hasBias ? store.Parameters["bias"].ToArray() : new float[4];
        double[] expected = new double[10 * 4];
        for (int n = 0; n < 10; n++)
            for (int o = 0; o < 4; o++)
                expected[n * 4 + o] = b[o] + Enumerable.Range(0, 3).Sum(i => (double)w[o * 3 + i] * x[n * 3 + i]);

        Tensor y = layer.Forward(Tensor.From<float>(x, 2, 5, 3));

        Assert.Equal([2L, 5, 4], y.Shape);
        Numbers.Close(expected, y);
        Assert.Equal(2 + kernelDimensions, store.Parameters["weight"].Rank);
        Numbers.GradientReachesAll(store, y);
    }

    [Fact]
    public void Linear_in_bfloat16_is_close()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        Linear layer = new(store.Root, 30, 20);

        Numbers.BFloat16IsClose(store, () => layer.Forward(Numbers.Of(7, 30)));
        Numbers.GradientReachesAll(store, layer.Forward(Numbers.Of(7, 30)));
    }

    [Fact]
    public void A_silent_linear_layer_starts_with_zeros()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);

        Tensor y = new Linear(store.Root, 3, 4, bias: false, zero: true).Forward(Numbers.Of(2, 3));

        Assert.Equal(new float[8], y.ToArray());
    }

    [Fact]
    public void Embedding_looks_up_rows()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        Embedding layer = new(store.Root, 5, 3);
        float[] rows = store.Parameters["weight"].ToArray();

        Tensor y = layer.Forward(Tensor.From<long>([4, 0, 4, 2], 2, 2));

        Assert.Equal([2L, 2, 3], y.Shape);
        Assert.Equal(new[] { 4, 0, 4, 2 }.SelectMany(id => rows[(3 * id)..(3 * id + 3)]), y.ToArray());
        Numbers.GradientReachesAll(store, y);
    }

    [Fact]
    public void Embedding_refuses_an_id_that_is_not_there()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        Embedding layer = new(store.Root, 5, 3);

        Assert.Throws<TorchException>(() => layer.Forward(Tensor.From<long>([5], 1)));
    }

    [Fact]
    public void Dropout_zeroes_its_share_and_keeps_the_mean()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        store.Training = true;

        float[] y = new Dropout(store.Root, 0.25).Forward(Tensor.Full([200, 500], 3)).ToArray();

        Assert.All(y, value => Assert.True(value is 0 or 4));
        Assert.InRange(y.Count(value => value == 0) / 100_000.0, 0.24, 0.26);
    }

    [Fact]
    public void Dropout_does_nothing_outside_training_or_at_rate_0()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        Tensor x = Numbers.Of(3, 4);

        Assert.Same(x, new Dropout(store.Root, 0.5).Forward(x));
        store.Training = true;
        Assert.Same(x, new Dropout(store.Root, 0).Forward(x));
    }

    [Fact]
    public void Dropout_draws_the_same_again_from_the_same_state()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        store.Training = true;
        Dropout layer = new(store.Root, 0.5);
        byte[] state = store.Random.State;

        float[] first = layer.Forward(Numbers.Of(50)).ToArray(), second = layer.Forward(Numbers.Of(50)).ToArray();
        store.Random.State = state;

        Assert.NotEqual(first, second);
        Assert.Equal(first, layer.Forward(Numbers.Of(50)).ToArray());
    }
}
