namespace Kouyin.Torch.Tests;

/// <summary>Numbers to compute with, and how results are compared with plain loops.</summary>
internal static class Numbers
{
    /// <summary>Numbers in [-1.5, 1.5] of which no two are equal.</summary>
    public static float[] Wave(long count, double phase = 0.3) =>
    [
        .. Enumerable.Range(0, (int)count)
            .Select(k => (float)(Math.Sin(1.7 * k + phase) + 0.5 * Math.Cos(0.37 * k * k))),
    ];

    /// <summary>The same as a tensor.</summary>
    public static Tensor Of(params long[] shape) =>
        Tensor.From<float>(Wave(shape.Aggregate(1L, (a, b) => a * b)), shape);

    /// <summary>Like <see cref="Of"/>, with other numbers.</summary>
    public static Tensor Others(params long[] shape) =>
        Tensor.From<float>(Wave(shape.Aggregate(1L, (a, b) => a * b), 2.1), shape);

    public static void Close(IReadOnlyList<double> expected, Tensor actual, double tolerance = 1e-5) =>
        Close(expected, actual.ToArray(), tolerance);

    public static void Close(IReadOnlyList<double> expected, float[] actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (int k = 0; k < actual.Length; k++)
        {
            double allowed = tolerance * (1 + Math.Abs(expected[k]));
            Assert.True(
                Math.Abs(expected[k] - actual[k]) <= allowed, $"[{k}] should be {expected[k]}, but is {actual[k]}");
        }
    }

    /// <summary>Fails unless every parameter that wants a gradient got one that is not zero.</summary>
    public static void GradientReachesAll(ParameterStore store, Tensor y)
    {
        (y * Of(y.Shape)).Sum().Backward();

        foreach (var (path, parameter) in store.Parameters.Where(p => p.Value.RequiresGrad))
            Assert.True(parameter.Grad?.Abs().Sum().Item() > 0, $"no gradient reached {path}");
    }

    /// <summary>Fails unless bfloat16 gives nearly, and not exactly, what float32 gives.</summary>
    public static void BFloat16IsClose(ParameterStore store, Func<Tensor> forward)
    {
        Tensor exact = forward();
        store.UseBFloat16 = true;
        Tensor rounded = forward();

        Assert.Equal(DType.Float32, rounded.DType);
        float error = (exact - rounded).Abs().Max().Item(), size = exact.Abs().Max().Item();
        Assert.InRange(error, 1e-7f * size, 0.02f * size);
    }
}
