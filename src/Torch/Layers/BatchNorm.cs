namespace Kouyin.Torch.Layers;

/// <summary>Normalizes each channel over the whole batch while training, by running statistics afterwards.</summary>
/// <remarks>
/// Ioffe, Szegedy 2015. The running statistics are parameters without a gradient, so checkpoints hold them.
/// </remarks>
public sealed class BatchNorm
{
    private static readonly Operator NormOp = new("aten::batch_norm");

    private readonly ParameterStore _store;
    private readonly bool _frozen;
    private readonly Tensor _gain;
    private readonly Tensor _bias;
    private readonly Tensor _mean;
    private readonly Tensor _variance;
    private readonly double _momentum;

    /// <summary>Takes gain, bias and running statistics, [channels], from <paramref name="p"/>.</summary>
    /// <param name="p">The layer's place.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="momentum">Share of the newest batch in the running statistics.</param>
    public BatchNorm(Params p, int channels, double momentum = 0.1)
    {
        _store = p.Store;
        _frozen = p.Store.IsFrozen(p.Path);
        _momentum = momentum;
        _gain = p.Get("weight", [channels], Start.Ones);
        _bias = p.Get("bias", [channels], Start.Zeros);
        _mean = p.Get("running_mean", [channels], Start.Zeros);
        _variance = p.Get("running_var", [channels], Start.Ones);
        _mean.RequiresGrad = false;
        _variance.RequiresGrad = false;
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[N, channels]: the real frames only, since padding would enter the statistics.</param>
    /// <returns>The same shape.</returns>
    public Tensor Forward(Tensor x) =>
        NormOp.Call(x, _gain, _bias, _mean, _variance, _store.Training && !_frozen, _momentum, 1e-5, false);
}
