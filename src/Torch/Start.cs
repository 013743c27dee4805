namespace Kouyin.Torch;

/// <summary>How a parameter starts. The numbers depend on the seed and the parameter's path alone.</summary>
public sealed record Start
{
    private readonly Func<double, double, double> _value;
    private float[]? _values;

    private Start(Func<double, double, double> value) => _value = value;

    /// <summary>Zeros.</summary>
    public static Start Zeros { get; } = new((_, _) => 0);

    /// <summary>Ones.</summary>
    public static Start Ones { get; } = new((_, _) => 1);

    /// <summary>One number everywhere.</summary>
    public static Start Constant(double value) => new((_, _) => value);

    /// <summary>Uniform in [-bound, bound].</summary>
    public static Start Uniform(double bound) => new((u, _) => bound * (2 * u - 1));

    /// <summary>Normal around 0.</summary>
    public static Start Normal(double deviation) =>
        new((u, v) => deviation * Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v));

    /// <summary>
    /// Uniform in ±1/sqrt(fan in), what PyTorch starts convolutions and linear layers with.
    /// </summary>
    /// <param name="fanIn">Inputs that each output sums.</param>
    public static Start FanIn(long fanIn) => Uniform(1 / Math.Sqrt(fanIn));

    /// <summary>These numbers, row by row.</summary>
    public static Start Values(float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new((_, _) => 0) { _values = values };
    }

    internal Tensor Draw(long[] shape, string path, ulong seed)
    {
        if (_values is not null)
            return Tensor.From<float>(_values, shape);
        Tensor tensor = Tensor.Empty(shape);
        SplitMix random = new(seed, path);
        foreach (ref float value in tensor.Span<float>())
            value = (float)_value(random.Next(), random.Next());
        return tensor;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014), started from a seed and a name.</summary>
    private struct SplitMix
    {
        private ulong _state;

        public SplitMix(ulong seed, string name)
        {
            // FNV-1a, so that the start does not depend on .NET's randomized string hash.
            ulong hash = 14695981039346656037;
            foreach (char c in name)
                hash = (hash ^ c) * 1099511628211;
            _state = hash ^ (seed * 0x9E3779B97F4A7C15);
        }

        public double Next()
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
