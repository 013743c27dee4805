namespace Kouyin.Torch.Optimizers;

/// <summary>Keeps gradients from growing without bound.</summary>
public static class GradientClip
{
    private static readonly Operator NormOp = new("aten::_foreach_norm", "Scalar");
    private static readonly Operator MulOp = new("aten::_foreach_mul_", "Scalar");
    private static readonly Operator NormOfNormsOp = new("aten::norm", "Scalar");

    /// <summary>Scales the gradients down so that their common norm is at most <paramref name="limit"/>.</summary>
    /// <param name="parameters">Those without a gradient count as zero.</param>
    /// <param name="limit">The largest norm allowed.</param>
    /// <returns>The norm before. Waits for the device.</returns>
    public static double ToNorm(IEnumerable<Tensor> parameters, double limit)
    {
        using TensorScope scope = new();
        Tensor[] all = [.. parameters];
        double norm = Norm(all).Item();
        ToNorm(all, norm, limit);
        return norm;
    }

    /// <summary>The common norm of gradients.</summary>
    /// <param name="parameters">Those without a gradient count as zero.</param>
    /// <returns>[], on the parameters' device, or on the processor where there is no gradient.</returns>
    public static Tensor Norm(IEnumerable<Tensor> parameters)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor[] gradients = Gradients(parameters);
        return scope.Keep(gradients.Length == 0
            ? Tensor.Zeros([])
            : NormOfNormsOp.Call(Tensor.Stack(0, NormOp.CallMany(gradients.Length, gradients, 2.0)!), 2.0));
    }

    /// <summary>Scales gradients down so that their common norm is at most <paramref name="limit"/>.</summary>
    /// <param name="parameters">Those without a gradient count as zero.</param>
    /// <param name="norm">Their norm now: see <see cref="Norm"/>.</param>
    /// <param name="limit">The largest norm allowed.</param>
    public static void ToNorm(IEnumerable<Tensor> parameters, double norm, double limit)
    {
        double scale = limit / (norm + 1e-6);
        if (scale >= 1)
            return;
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        MulOp.Run(Gradients(parameters), scale);
    }

    private static Tensor[] Gradients(IEnumerable<Tensor> parameters) =>
        [.. parameters.Select(p => p.Grad).OfType<Tensor>()];
}
