namespace Kouyin.Torch.Tests;

public sealed class TensorMathTests
{
    private static readonly double[] Numbers6 = [-2.5, -1, -0.3, 0.4, 1.5, 3];

    public static TheoryData<string, Func<Tensor, Tensor>, Func<double, double>> Functions => new()
    {
        { "exp", x => x.Exp(), Math.Exp },
        { "expm1", x => x.Expm1(), x => Math.Exp(x) - 1 },
        { "log", x => (x + 3).Log(), x => Math.Log(x + 3) },
        { "sqrt", x => (x + 3).Sqrt(), x => Math.Sqrt(x + 3) },
        { "square", x => x.Square(), x => x * x },
        { "abs", x => x.Abs(), Math.Abs },
        { "sin", x => x.Sin(), Math.Sin },
        { "cos", x => x.Cos(), Math.Cos },
        { "tanh", x => x.Tanh(), Math.Tanh },
        { "sigmoid", x => x.Sigmoid(), Sigmoid },
        { "ceil", x => x.Ceil(), Math.Ceiling },
        { "round", x => x.Round(), x => Math.Round(x, MidpointRounding.ToEven) },
        { "clamp", x => x.Clamp(-1.2, 0.6), x => Math.Clamp(x, -1.2, 0.6) },
        { "clamp below", x => x.Clamp(min: 0.5), x => Math.Max(x, 0.5) },
        { "clamp above", x => x.Clamp(max: 0.5), x => Math.Min(x, 0.5) },
        { "relu", x => x.Relu(), x => Math.Max(x, 0) },
        { "leaky relu", x => x.LeakyRelu(0.1), x => x > 0 ? x : 0.1 * x },
        { "silu", x => x.Silu(), x => x * Sigmoid(x) },
        { "mish", x => x.Mish(), x => x * Math.Tanh(Math.Log(1 + Math.Exp(x))) },
        { "x + 2", x => x + 2, x => x + 2 },
        { "x - 2", x => x - 2, x => x - 2 },
        { "2 - x", x => 2 - x, x => 2 - x },
        { "-x", x => -x, x => -x },
        { "3 x", x => 3 * x, x => 3 * x },
        { "x 3", x => x * 3, x => 3 * x },
        { "x / 4", x => x / 4, x => x / 4 },
        { "x (x + 1)", x => x * (x + 1), x => x * (x + 1) },
        { "x / (x + 4)", x => x / (x + 4), x => x / (x + 4) },
        { "x - x²", x => x - x.Square(), x => x - x * x },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_function_of_each_number(string name, Func<Tensor, Tensor> function, Func<double, double> expected)
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([.. Numbers6.Select(n => (float)n)], 2, 3);

        Tensor y = function(x);

        Assert.True(y.Shape.SequenceEqual([2L, 3]), name);
        Numbers.Close([.. Numbers6.Select(expected)], y);
    }

    [Fact]
    public void Sizes_of_one_are_broadcast()
    {
        using TensorScope scope = new();
        Tensor column = Tensor.From<float>([1, 2, 3], 3, 1), row = Tensor.From<float>([10, 20], 2);

        Numbers.Close([11, 21, 12, 22, 13, 23], column + row);
    }

    [Fact]
    public void Matmul_sums_over_the_inner_dimension()
    {
        using TensorScope scope = new();
        float[] a = Numbers.Wave(2 * 3), b = Numbers.Wave(3 * 4, 1.1);
        double[] expected = new double[2 * 4];
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 4; j++)
                for (int k = 0; k < 3; k++)
                    expected[i * 4 + j] += a[i * 3 + k] * b[k * 4 + j];

        Numbers.Close(expected, Tensor.From<float>(a, 2, 3).Matmul(Tensor.From<float>(b, 3, 4)));
    }

    [Fact]
    public void Softmax_is_normalized_exponentials()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([0, 1, 3, -1, 0, 2], 2, 3);
        double first = 1 + Math.E + Math.Exp(3), second = Math.Exp(-1) + 1 + Math.Exp(2);
        double[] expected =
            [1 / first, Math.E / first, Math.Exp(3) / first, Math.Exp(-1) / second, 1 / second, Math.Exp(2) / second];

        Numbers.Close(expected, x.Softmax(-1));
        Numbers.Close([.. expected.Select(p => Math.Log(p))], x.LogSoftmax(1));
    }

    [Fact]
    public void Sums_means_and_extremes()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([1, 5, 3, 4, 2, 9], 2, 3);

        Assert.Equal(24, x.Sum().Item());
        Numbers.Close([5, 7, 12], x.Sum(0));
        Assert.Equal([2L, 1], x.Sum(1, keep: true).Shape);
        Numbers.Close([3, 5], x.Mean(1));
        Numbers.Close([1, 6, 9, 4, 6, 15], x.Cumsum(1));
        Assert.Equal(9, x.Max().Item());
        Assert.Equal(1, x.Min().Item());
        Assert.Equal([1L, 2], x.Argmax(1).ToArray<long>());
    }

    [Fact]
    public void Comparisons_and_masks()
    {
        using TensorScope scope = new();
        Tensor a = Tensor.From<float>([1, 2, 3], 3), b = Tensor.From<float>([2, 2, 2], 3);

        Assert.Equal([true, false, false], (a < b).ToArray<bool>());
        Assert.Equal([false, false, true], (a > b).ToArray<bool>());
        Assert.Equal([false, true, true], (a >= b).ToArray<bool>());
        Assert.Equal([true, true, false], (a <= b).ToArray<bool>());
        Assert.Equal([false, true, false], a.EqualTo(b).ToArray<bool>());
        Assert.Equal([false, false, true], a.EqualTo(3).ToArray<bool>());
        Numbers.Close([1, -7, 3], a.MaskedFill(a.EqualTo(b), -7));
    }

    [Fact]
    public void Integers_stay_integers_when_clamped()
    {
        using TensorScope scope = new();

        Tensor y = Tensor.From<long>([-3, 5, 9], 3).Clamp(0, 6);

        Assert.Equal([0L, 5, 6], y.ToArray<long>());
    }

    [Theory]
    [InlineData(1f, true)]
    [InlineData(float.NaN, false)]
    [InlineData(float.NegativeInfinity, false)]
    public void AllFinite_sees_one_number_that_is_not(float odd, bool expected)
    {
        using TensorScope scope = new();

        Assert.Equal(expected, Tensor.From<float>([0, odd, 2], 3).AllFinite());
    }

    [Fact]
    public void Gradients_add_up_until_they_are_cleared()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([3, -2], 2);
        x.RequiresGrad = true;
        Assert.Null(x.Grad);

        x.Square().Sum().Backward();
        Numbers.Close([6, -4], x.Grad!);
        (x * 5).Sum().Backward();
        Numbers.Close([11, 1], x.Grad!);
        x.Grad = null;

        Assert.Null(x.Grad);
    }

    [Fact]
    public void No_gradient_flows_where_it_is_stopped_or_switched_off()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([3], 1);
        x.RequiresGrad = true;

        (x.StopGradient() * x).Sum().Backward();
        Numbers.Close([3], x.Grad!);
        using (new NoGrad())
        {
            using (new NoGrad())
                Assert.False((x * 2).RequiresGrad);
            Assert.False((x * 2).RequiresGrad);
        }

        Assert.True((x * 2).RequiresGrad);
    }

    [Fact]
    public void A_gradient_can_be_set()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Zeros([2]);
        x.RequiresGrad = true;

        x.Grad = Tensor.From<float>([1, 2], 2);

        Numbers.Close([1, 2], x.Grad!);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
