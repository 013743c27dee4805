using Kouyin.Torch.Optimizers;

namespace Kouyin.Torch.Tests.Optimizers;

public sealed class AdamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    public void Steps_are_those_of_the_published_algorithm(double weightDecay)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        Tensor a = store.Root.Get("a", [2, 3], Start.Normal(1)), b = store.Root.Get("b", [1], Start.Normal(1));
        AdamConfig config = new() { LearningRate = 0.05, Beta1 = 0.8, Beta2 = 0.95, WeightDecay = weightDecay };
        using Adam adam = new(store.Parameters, config);
        double[] expectedA = Widen(a), expectedB = Widen(b);
        double[] meanA = new double[6], meanB = new double[1], squareA = new double[6], squareB = new double[1];

        for (int step = 1; step <= 4; step++)
        {
            double rate = 0.05 / step;
            float[] gradientA = Numbers.Wave(6, step), gradientB = [0.01f * step];
            a.Grad = Tensor.From<float>(gradientA, 2, 3);
            b.Grad = Tensor.From<float>(gradientB, 1);
            adam.Step(1.0 / step);
            Expect(expectedA, gradientA, meanA, squareA, step, rate, config);
            Expect(expectedB, gradientB, meanB, squareB, step, rate, config);
        }

        Numbers.Close(expectedA, a, 1e-6);
        Numbers.Close(expectedB, b, 1e-6);
        Assert.Equal(4, adam.Steps);
        Assert.Equal(["a.m", "a.v", "b.m", "b.v"], adam.State.Select(s => s.Name));
        Numbers.Close(meanA, adam.State.First().Value, 1e-6);
        Numbers.Close(squareB, adam.State.Last().Value, 1e-6);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        Tensor moved = store.Root.Get("moved", [1], Start.Ones), still = store.Root.Get("still", [1], Start.Ones);
        Tensor frozen = store.Root.Get("frozen", [1], Start.Ones);
        frozen.RequiresGrad = false;
        using Adam adam = new(store.Parameters, new() { LearningRate = 0.5, WeightDecay = 0.1 });

        adam.Step();
        moved.Grad = Tensor.Full([1], 2);
        adam.Step();

        Assert.True(moved.Item() < 1);
        Assert.Equal(1, still.Item());
        Assert.Equal(1, frozen.Item());
        Assert.DoesNotContain(adam.State, s => s.Name.StartsWith("frozen", StringComparison.Ordinal));
    }

    [Fact]
    public void A_restored_state_goes_on_as_if_nothing_had_happened()
    {
        using TensorScope scope = new();
        using ParameterStore one = ParameterStore.Fresh(3), other = ParameterStore.Fresh(3);
        Tensor a = one.Root.Get("a", [4], Start.Normal(1)), b = other.Root.Get("a", [4], Start.Normal(1));
        using Adam first = new(one.Parameters, new()), second = new(other.Parameters, new());
        a.Grad = Numbers.Of(4);
        first.Step();

        using (new NoGrad())
            b.CopyFrom(a);
        foreach (var (from, to) in first.State.Zip(second.State))
            to.Value.CopyFrom(from.Value);
        second.Steps = first.Steps;
        b.Grad = a.Grad = Numbers.Others(4);
        first.Step();
        second.Step();

        Assert.Equal(a.ToArray(), b.ToArray());
    }

    [Theory]
    [InlineData(1, 0.2)]
    [InlineData(100, 1)]
    public void Clipping_scales_all_gradients_by_one_factor(double limit, double factor)
    {
        using TensorScope scope = new();
        Tensor a = Tensor.Zeros([2, 1]), b = Tensor.Zeros([2]), none = Tensor.Zeros([3]);
        a.RequiresGrad = b.RequiresGrad = none.RequiresGrad = true;
        a.Grad = Tensor.From<float>([1, -4], 2, 1);
        b.Grad = Tensor.From<float>([2, 2], 2);

        double norm = GradientClip.ToNorm([a, b, none], limit);

        Assert.Equal(5, norm, 5);
        Numbers.Close([factor, -4 * factor], a.Grad!);
        Numbers.Close([2 * factor, 2 * factor], b.Grad!);
        Assert.Null(none.Grad);
    }

    [Fact]
    public void Clipping_nothing_is_0_and_a_gradient_that_is_no_number_is_told()
    {
        using TensorScope scope = new();
        Tensor a = Tensor.Zeros([2]);
        a.RequiresGrad = true;

        Assert.Equal(0, GradientClip.ToNorm([a], 1));
        a.Grad = Tensor.From<float>([1, float.NaN], 2);

        Assert.Equal(double.NaN, GradientClip.ToNorm([a], 1));
    }

    private static void Expect(
        double[] weights, float[] gradients, double[] means, double[] squares, int step, double rate, AdamConfig config)
    {
        for (int k = 0; k < weights.Length; k++)
        {
            double g = gradients[k];
            means[k] = config.Beta1 * means[k] + (1 - config.Beta1) * g;
            squares[k] = config.Beta2 * squares[k] + (1 - config.Beta2) * g * g;
            double mean = means[k] / (1 - Math.Pow(config.Beta1, step));
            double square = squares[k] / (1 - Math.Pow(config.Beta2, step));
            weights[k] -= rate * (config.WeightDecay * weights[k] + mean / (Math.Sqrt(square) + config.Epsilon));
        }
    }

    private static double[] Widen(Tensor x) => [.. x.ToArray().Select(v => (double)v)];
}
