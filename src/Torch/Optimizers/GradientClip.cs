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
        using NoGrad noGrad = new();
        Tensor[] gradients = [.. parameters.Select(p => p.Grad).OfType<Tensor>()];
        if (gradients.Length == 0)
            return 0;
        Tensor[] norms = NormOp.CallMany(gradients.Length, gradients, 2.0)!;
        double norm = NormOfNormsOp.Call(Tensor.Stack(0, norms), 2.0).Item();
        double scale = limit / (norm + 1e-6);
        if (scale < 1)
            MulOp.Run(gradients, scale);
        return norm;
    }
}
