using Kouyin.Torch.Layers;

namespace Kouyin.Torch.Tests.Layers;

public sealed class KernelTests
{
    [Fact]
    public void Spectral_norm_brings_the_largest_singular_value_to_one()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        store.Training = true;
        Kernel kernel = new(store.Root, [2, 2, 1], Start.Values([3, 0, 0, 0.5f]), KernelForm.SpectralNorm);

        for (int k = 0; k < 30; k++)
            _ = kernel.Value();

        float[] value = kernel.Value().ToArray();
        Assert.Equal(1, value[0], 1e-4);
        Assert.Equal(1 / 6.0, value[3], 1e-4);
    }

    [Fact]
    public void Weight_norm_starts_as_the_weight_and_obeys_its_length()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        Kernel kernel = new(store.Root, [2, 2, 1], Start.Values([3, 4, 0, -2]), KernelForm.WeightNorm);
        Assert.Equal([3f, 4f, 0f, -2f], kernel.Value().ToArray());

        store.Parameters["weight_g"].CopyFrom(Tensor.From<float>([10, 1], 2, 1, 1));

        Assert.Equal([6f, 8f, 0f, -1f], kernel.Value().ToArray());
    }

    [Fact]
    public void A_store_takes_what_fits_of_other_weights_and_draws_the_rest()
    {
        using TensorScope scope = new();
        Dictionary<string, Tensor> given = new()
        {
            ["a"] = Tensor.From<float>([1, 2], 2), ["b"] = Tensor.From<float>([1, 2, 3], 3),
        };
        using ParameterStore store = ParameterStore.StartingFrom(1, given);

        float[] taken = store.Root.Get("a", [2], Start.Zeros).ToArray();
        float[] drawn = store.Root.Get("b", [2], Start.Ones).ToArray();

        Assert.Equal([1f, 2f], taken);
        Assert.Equal([1f, 1f], drawn);
        Assert.Equal(["a"], store.Taken);
    }
}
