using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model;

/// <summary>Numbers that look random and follow from their places alone: <c>spread</c> of tests/golden/grad_tts.py.
/// </summary>
internal static class Spread
{
    /// <summary>Numbers in [-0.5, 0.5).</summary>
    internal static Tensor Numbers(long first, params long[] shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int k = 0; k < values.Length; k++)
        {
            uint n = (uint)(first + k) * 2654435761u;
            n = (n ^ n >> 16) * 2246822519u;
            values[k] = (float)((n ^ n >> 13) / 4294967296.0 - 0.5);
        }
        return Tensor.From<float>(values, shape);
    }

    /// <summary>The scripts' weights: matrices by their fan-in, gains about 1, the rest about 0.</summary>
    /// <param name="make">Makes the model whose parameters they are.</param>
    /// <param name="place">Where the numbers of a parameter of this name begin; null puts each behind the last.</param>
    internal static ParameterStore Weights(Action<Params> make, Func<string, long>? place = null)
    {
        using ParameterStore shapes = ParameterStore.Fresh(1);
        make(shapes.Root);
        Dictionary<string, Tensor> weights = [];
        long first = 0;
        foreach (string name in Names(shapes))
        {
            long[] shape = shapes.Parameters[name].Shape;
            Tensor values = Numbers(place?.Invoke(name) ?? first, shape);
            first += values.Count;
            bool gain = name.EndsWith("gamma", StringComparison.Ordinal)
                || name.EndsWith("weight", StringComparison.Ordinal);
            weights[name] = shape.Length > 1 ? values * (2 / Math.Sqrt(values.Count / (double)shape[0]))
                : gain ? values + 1 : values;
        }
        return ParameterStore.From(weights);
    }

    /// <summary>Compares each gradient's projection on numbers of our own, and its length, with a golden file's.
    /// </summary>
    /// <param name="wanted">Two numbers for each parameter, store after store, by name.</param>
    /// <param name="stores">The parameters.</param>
    internal static void CompareGradients(Tensor wanted, params ParameterStore[] stores)
    {
        float[] want = wanted.ToArray();
        double noise = Fixture.Noise * want.Max();
        Assert.Equal(want.Length / 2, stores.Sum(store => store.Parameters.Count));
        int k = 0;
        foreach (ParameterStore store in stores)
        {
            foreach (string name in Names(store))
            {
                Tensor gradient = store.Parameters[name].Grad!;
                double projection = (gradient * Numbers(7, gradient.Shape)).Sum().Item();
                double length = Math.Sqrt(gradient.Square().Sum().Item());
                double room = Fixture.Tolerance * Math.Max(want[2 * k + 1], noise);
                // The projection adds as many numbers as the gradient has, each less than 1/2.
                double sum = room * Math.Sqrt(gradient.Count);
                Assert.True(Math.Abs(length - want[2 * k + 1]) <= room, $"{name}: {length}, not {want[2 * k + 1]}");
                Assert.True(Math.Abs(projection - want[2 * k]) <= sum, $"{name}: {projection}, not {want[2 * k]}");
                k++;
            }
        }
    }

    private static IEnumerable<string> Names(ParameterStore store) =>
        store.Parameters.Keys.Order(StringComparer.Ordinal);
}
