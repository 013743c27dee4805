namespace Kouyin.Torch.Optimizers;

/// <summary>An exponential running average of the weights: steadier than the last step's.</summary>
/// <remarks>
/// Polyak, Juditsky 1992. While few steps are done the decay is less, so that the start fades sooner.
/// </remarks>
public sealed class WeightAverage : IDisposable
{
    private static readonly Operator MulOp = new("aten::_foreach_mul_", "Scalar");
    private static readonly Operator AddOp = new("aten::_foreach_add_", "List");

    private readonly IReadOnlyDictionary<string, Tensor> _parameters;
    private readonly SortedDictionary<string, Tensor> _values = new(StringComparer.Ordinal);
    private readonly double _decay;

    /// <summary>Starts at the present weights.</summary>
    /// <param name="parameters">By path.</param>
    /// <param name="decay">Share of the past that a step keeps, in [0, 1).</param>
    public WeightAverage(IReadOnlyDictionary<string, Tensor> parameters, double decay)
    {
        _parameters = parameters;
        _decay = decay;
        using TensorScope scope = new();
        foreach (var (path, parameter) in parameters)
            _values[path] = parameter.StopGradient().Clone().Detached();
    }

    /// <summary>The averages by path.</summary>
    public IReadOnlyDictionary<string, Tensor> Values => _values;

    /// <summary>Takes in the weights as they are now.</summary>
    /// <param name="step">Steps done, from 1.</param>
    public void Update(long step)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        double decay = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        Tensor[] averages = [.. _values.Values];
        MulOp.Run(averages, decay);
        AddOp.Run(averages, _values.Keys.Select(path => _parameters[path]).ToArray(), 1 - decay);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor value in _values.Values)
            value.Dispose();
        _values.Clear();
    }
}
