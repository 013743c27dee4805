namespace Kouyin.Torch.Optimizers;

/// <summary>Settings of <see cref="Adam"/>.</summary>
public sealed record AdamConfig
{
    /// <summary>Step size.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>Decay of the mean of gradients, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of squared gradients, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the divisor.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Share of each weight taken off per step and unit of learning rate (AdamW); 0 is plain Adam.</summary>
    public double WeightDecay { get; init; }
}

/// <summary>Adam, and AdamW where weights decay.</summary>
/// <remarks>Kingma, Ba 2015, algorithm 1; Loshchilov, Hutter 2019, algorithm 2.</remarks>
public sealed class Adam : IDisposable
{
    private static readonly Operator MulOp = new("aten::_foreach_mul_", "Scalar");
    private static readonly Operator AddOp = new("aten::_foreach_add_", "List");
    private static readonly Operator AddScalarOp = new("aten::_foreach_add_", "Scalar");
    private static readonly Operator AddcmulOp = new("aten::_foreach_addcmul_", "Scalar");
    private static readonly Operator AddcdivOp = new("aten::_foreach_addcdiv_", "Scalar");
    private static readonly Operator SqrtOp = new("aten::_foreach_sqrt");

    private readonly AdamConfig _config;
    private readonly SortedDictionary<string, Moments> _moments = new(StringComparer.Ordinal);

    /// <summary>Prepares to update these parameters.</summary>
    /// <param name="parameters">By path; those that need no gradient are left alone.</param>
    /// <param name="config">Its settings.</param>
    public Adam(IReadOnlyDictionary<string, Tensor> parameters, AdamConfig config)
    {
        _config = config;
        using TensorScope scope = new();
        foreach (var (path, parameter) in parameters.Where(p => p.Value.RequiresGrad))
        {
            _moments[path] = new(
                parameter, parameter.StopGradient().FullLike(0).Detached(),
                parameter.StopGradient().FullLike(0).Detached());
        }
    }

    /// <summary>Updates done so far.</summary>
    public long Steps { get; set; }

    /// <summary>Means of gradients and of squares by path, for checkpoints: <c>PATH.m</c> and <c>PATH.v</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> State
    {
        get
        {
            foreach (var (path, moments) in _moments)
            {
                yield return ($"{path}.m", moments.Mean);
                yield return ($"{path}.v", moments.Square);
            }
        }
    }

    /// <summary>One update from the gradients that are there.</summary>
    /// <param name="learningRateScale">A schedule's factor on the step size.</param>
    public void Step(double learningRateScale = 1)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Steps++;
        List<(Moments Moments, Tensor Gradient)> ready = [];
        foreach (Moments moments in _moments.Values)
        {
            if (moments.Parameter.Grad is { } gradient)
                ready.Add((moments, gradient));
        }
        if (ready.Count == 0)
            return;
        Tensor[] gradients = [.. ready.Select(r => r.Gradient)];
        Update(
            [.. ready.Select(r => r.Moments.Parameter)], gradients, [.. ready.Select(r => r.Moments.Mean)],
            [.. ready.Select(r => r.Moments.Square)], _config.LearningRate * learningRateScale);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Moments moments in _moments.Values)
        {
            moments.Mean.Dispose();
            moments.Square.Dispose();
        }
        _moments.Clear();
    }

    private void Update(Tensor[] parameters, Tensor[] gradients, Tensor[] means, Tensor[] squares, double rate)
    {
        double meanCorrection = 1 - Math.Pow(_config.Beta1, Steps);
        double squareCorrection = 1 - Math.Pow(_config.Beta2, Steps);
        if (_config.WeightDecay > 0)
            MulOp.Run(parameters, 1 - rate * _config.WeightDecay);
        MulOp.Run(means, _config.Beta1);
        AddOp.Run(means, gradients, 1 - _config.Beta1);
        MulOp.Run(squares, _config.Beta2);
        AddcmulOp.Run(squares, gradients, gradients, 1 - _config.Beta2);
        Tensor[] divisors = SqrtOp.CallMany(squares.Length, squares)!;
        MulOp.Run(divisors, 1 / Math.Sqrt(squareCorrection));
        AddScalarOp.Run(divisors, _config.Epsilon);
        AddcdivOp.Run(parameters, means, divisors, -rate / meanCorrection);
    }

    private sealed record Moments(Tensor Parameter, Tensor Mean, Tensor Square);
}
