using Kouyin.Torch.Layers;

namespace Kouyin.Torch.Tests;

public sealed class ParameterStoreTests
{
    [Fact]
    public void A_start_depends_on_seed_and_path_alone()
    {
        using TensorScope scope = new();
        using ParameterStore one = ParameterStore.Fresh(5), same = ParameterStore.Fresh(5);
        using ParameterStore other = ParameterStore.Fresh(6);

        float[] first = Draw(one, "a");
        Draw(same, "something/before");
        float[] second = Draw(same, "a");

        Assert.Equal(first, second);
        Assert.NotEqual(first, Draw(one, "b"));
        Assert.NotEqual(first, Draw(other, "a"));
    }

    [Fact]
    public void Paths_join_names_and_numbers_with_dots()
    {
        using ParameterStore store = ParameterStore.Fresh(1);

        (store.Root / "blocks" / 11 / "norm").Get("weight", [2], Start.Ones);

        Assert.Equal(["blocks.11.norm.weight"], store.Parameters.Keys);
    }

    [Fact]
    public void Starts_have_their_distribution()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        Params p = store.Root;

        Tensor normal = p.Get("normal", [100, 200], Start.Normal(0.5));
        Tensor uniform = p.Get("uniform", [100, 200], Start.Uniform(3));
        Tensor fanIn = p.Get("fan", [100, 25], Start.FanIn(25));

        Assert.InRange(normal.Square().Sum().Item() / 20_000, 0.24, 0.26);
        Assert.InRange(normal.Sum().Item() / 20_000, -0.01, 0.01);
        Assert.InRange(uniform.Square().Sum().Item() / 20_000, 2.9, 3.1);
        Assert.InRange(uniform.Abs().Max().Item(), 2.99, 3);
        Assert.InRange(fanIn.Abs().Max().Item(), 0.199, 0.2);
        Assert.Equal([0f, 0], p.Get("zeros", [2], Start.Zeros).ToArray());
        Assert.Equal([1f, 1], p.Get("ones", [2], Start.Ones).ToArray());
    }

    [Fact]
    public void Parameters_outlive_scopes_and_end_with_their_store()
    {
        long before = Engine.LiveTensors;
        ParameterStore store = ParameterStore.Fresh(1);

        using (TensorScope scope = new())
            scope.Keep(store.Root.Get("weight", [2], Start.Ones));

        Assert.Equal(before + 1, Engine.LiveTensors);
        Assert.True(store.Parameters["weight"].RequiresGrad);
        store.Dispose();
        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void Two_layers_cannot_share_a_path()
    {
        using ParameterStore store = ParameterStore.Fresh(1);
        store.Root.Get("weight", [2], Start.Ones);

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(
            () => store.Root.Get("weight", [2], Start.Ones));

        Assert.Contains("weight", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_fill_the_same_model_and_are_copied()
    {
        using TensorScope scope = new();
        Tensor x = Numbers.Of(2, 3);
        using ParameterStore first = ParameterStore.Fresh(1);
        float[] expected = new Linear(first.Root / "layer", 3, 4).Forward(x).ToArray();

        using ParameterStore second = ParameterStore.From(first.Parameters);
        Linear layer = new(second.Root / "layer", 3, 4);
        using (new NoGrad())
            first.Parameters["layer.weight"].CopyFrom(Tensor.Zeros([4, 3]));

        Assert.Equal(expected, layer.Forward(x).ToArray());
        Assert.Empty(second.Unused());
        Assert.True(second.Parameters["layer.bias"].RequiresGrad);
    }

    [Fact]
    public void Halved_weights_are_read_as_floats()
    {
        using TensorScope scope = new();
        Dictionary<string, Tensor> weights = new() { ["w"] = Tensor.From([(Half)0.25, (Half)(-2)], 2) };
        using ParameterStore store = ParameterStore.From(weights);

        Tensor w = store.Root.Get("w", [2], Start.Zeros);

        Assert.Equal([0.25f, -2], w.ToArray<float>());
    }

    [Fact]
    public void Missing_weights_are_named()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.From(new Dictionary<string, Tensor>());

        UserException e = Assert.Throws<UserException>(() => new Linear(store.Root / "layer", 3, 4));

        Assert.Contains("layer.weight", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_shape_are_named_with_both()
    {
        using TensorScope scope = new();
        Dictionary<string, Tensor> weights = new() { ["layer.weight"] = Tensor.Zeros([3, 4]) };
        using ParameterStore store = ParameterStore.From(weights);

        UserException e = Assert.Throws<UserException>(() => new Linear(store.Root / "layer", 3, 4));

        Assert.Contains("layer.weight should be [4, 3], but is [3, 4]", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_no_layer_took_are_listed()
    {
        using TensorScope scope = new();
        Dictionary<string, Tensor> weights = new()
        {
            ["z"] = Tensor.Zeros([1]), ["gain"] = Tensor.Full([2], 1), ["b.c"] = Tensor.Zeros([1]),
        };
        using ParameterStore store = ParameterStore.From(weights);

        store.Root.Get("gain", [2], Start.Zeros);

        Assert.Equal(["b.c", "z"], store.Unused());
    }

    [Fact]
    public void Clearing_takes_every_gradient_away()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        Linear layer = new(store.Root, 3, 2);
        layer.Forward(Numbers.Of(4, 3)).Sum().Backward();
        Assert.All(store.Parameters.Values, p => Assert.NotNull(p.Grad));

        store.ClearGradients();

        Assert.All(store.Parameters.Values, p => Assert.Null(p.Grad));
    }

    private static float[] Draw(ParameterStore store, string name) =>
        store.Root.Get(name, [3, 4], Start.Normal(1)).ToArray<float>();
}
