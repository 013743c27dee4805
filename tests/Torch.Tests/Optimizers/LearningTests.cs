using Kouyin.Torch.Layers;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Torch.Tests.Optimizers;

public sealed class LearningTests
{
    [Fact]
    public void A_line_is_learned_from_its_points()
    {
        using ParameterStore store = ParameterStore.Fresh(7);
        Linear layer = new(store.Root, 1, 1);
        using Adam adam = new(store.Parameters, new() { LearningRate = 0.05 });

        for (int step = 0; step < 600; step++)
        {
            using TensorScope scope = new();
            Tensor x = Numbers.Of(20, 1);
            store.ClearGradients();
            (layer.Forward(x) - (0.42 * x + 1.337)).Square().Sum().Backward();
            adam.Step();
        }

        Assert.Equal(0.42, store.Parameters["weight"].ToArray()[0], 3);
        Assert.Equal(1.337, store.Parameters["bias"].ToArray()[0], 3);
    }

    [Fact]
    public void Training_leaks_nothing_and_learns()
    {
        using ParameterStore store = ParameterStore.Fresh(7);
        store.Training = true;
        TinyNet net = new(store.Root);
        using Adam adam = new(store.Parameters, new() { LearningRate = 0.01 });
        long after5 = 0;
        double first = 0, last = 0;

        for (int step = 1; step <= 500; step++)
        {
            last = Step(store, net, adam);
            first = step == 1 ? last : first;
            after5 = step == 5 ? Engine.LiveTensors : after5;
        }

        Assert.Equal(after5, Engine.LiveTensors);
        Assert.True(last < 0.5 * first, $"from {first} to {last}");
    }

    [Fact]
    public void The_same_seed_trains_the_same_weights()
    {
        Assert.Equal(TrainedWeights(), TrainedWeights());
    }

    private static float[] TrainedWeights()
    {
        using ParameterStore store = ParameterStore.Fresh(11);
        store.Training = true;
        TinyNet net = new(store.Root);
        using Adam adam = new(store.Parameters, new());
        for (int step = 0; step < 5; step++)
            Step(store, net, adam);
        return [.. store.Parameters.Values.SelectMany(p => p.ToArray())];
    }

    private static double Step(ParameterStore store, TinyNet net, Adam adam)
    {
        using TensorScope scope = new();
        store.ClearGradients();
        Tensor x = Numbers.Of(3, 9, 4);
        Tensor loss = (net.Forward(x) - x.Mean(-1, keep: true).Tanh()).Square().Mean(-1).Sum();
        loss.Backward();
        GradientClip.ToNorm(store.Parameters.Values, 1);
        adam.Step();
        return loss.Item();
    }

    private sealed class TinyNet(Params p)
    {
        private readonly Conv1d _convolution = new(p / "convolution", 4, 8, 3);
        private readonly LayerNorm _norm = new(p / "norm", 8);
        private readonly Dropout _dropout = new(p, 0.1);
        private readonly Gru _memory = new(p / "memory", 8, 6);
        private readonly Linear _out = new(p / "out", 6, 1);

        public Tensor Forward(Tensor x) =>
            _out.Forward(_memory.Forward(_dropout.Forward(_norm.Forward(_convolution.Forward(x)).Silu())));
    }
}
