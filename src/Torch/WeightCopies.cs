namespace Kouyin.Torch;

/// <summary>
/// Kernels laid out and rounded as convolutions want them. Without gradients the copies are kept for as long as the
/// parameter does not change, so that a sampler's many steps convert each kernel once.
/// </summary>
internal sealed class WeightCopies : IDisposable
{
    private const long ChannelsLast = 2; // c10::MemoryFormat

    private static readonly Operator ContiguousOp = new("aten::contiguous");
    private static readonly Operator VersionOp = new("aten::_version");
    private static readonly Operator FactorsOp = new("kouyin::winograd_factors");

    private static readonly Operator TimeFactorsOp = new("kouyin::winograd_time_factors");

    private readonly Dictionary<Tensor, Copy> _copies = [];

    /// <summary>The kernel, channels last, of a kind of number.</summary>
    /// <param name="kernel">[outputs, inputs, H, W].</param>
    /// <param name="type">The kind.</param>
    public Tensor Of(Tensor kernel, DType type) =>
        NoGrad.IsOn ? Kept(kernel, type, Convert) : Convert(kernel, type);

    /// <summary>What <c>kouyin::winograd</c> multiplies with; without gradients only.</summary>
    /// <param name="kernel">[outputs, inputs, 3, 3].</param>
    /// <returns>[36, inputs, outputs].</returns>
    public Tensor Factors(Tensor kernel) => Kept(kernel, DType.Float32, (k, _) => FactorsOp.Call(k));

    /// <summary>What <c>kouyin::winograd_time</c> multiplies with; without gradients only.</summary>
    /// <param name="kernel">[outputs, inputs, taps].</param>
    /// <returns>[7, groups of four taps, inputs, outputs].</returns>
    public Tensor TimeFactors(Tensor kernel) => Kept(kernel, DType.Float32, (k, _) => TimeFactorsOp.Call(k));

    private Tensor Kept(Tensor kernel, DType type, Func<Tensor, DType, Tensor> make)
    {
        long version = VersionOp.CallInteger(kernel);
        if (_copies.TryGetValue(kernel, out Copy? copy))
        {
            if (copy.Version == version && copy.Type == type)
                return copy.Value;
            copy.Value.Dispose();
            _copies.Remove(kernel);
        }
        Tensor value = make(kernel, type);
        // What needed no conversion is the parameter's own memory and follows its changes; a copy of it is no gain.
        if (ReferenceEquals(value, kernel))
            return kernel;
        _copies[kernel] = new(value.Detached(), type, version);
        return value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Copy copy in _copies.Values)
            copy.Value.Dispose();
        _copies.Clear();
    }

    private static Tensor Convert(Tensor kernel, DType type) =>
        kernel.Device.IsCuda ? kernel.To(type) : ContiguousOp.Call(kernel.To(type), ChannelsLast);

    private sealed record Copy(Tensor Value, DType Type, long Version);
}
