namespace Kouyin.Torch.Layers;

/// <summary>How a convolution's weight is kept while it is trained.</summary>
public enum KernelForm
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>As a direction and, for each index of its first axis, a length.</summary>
    /// <remarks>Salimans, Kingma 2016, "Weight normalization", equation 2.</remarks>
    WeightNorm,

    /// <summary>Divided by its largest singular value, which one round of power iteration a step follows.</summary>
    /// <remarks>Miyato et al. 2018, "Spectral normalization", algorithm 1.</remarks>
    SpectralNorm,
}

/// <summary>A convolution's weight in one of its forms; names of the parameters are PyTorch's.</summary>
internal sealed class Kernel
{
    private const double Tiny = 1e-12;
    private static readonly Operator WeightNormOp = new("aten::_weight_norm");

    private readonly ParameterStore _store;
    private readonly KernelForm _form;
    private readonly Tensor _weight;
    private readonly Tensor? _length, _left;

    public Kernel(Params p, long[] shape, Start start, KernelForm form)
    {
        (_store, _form) = (p.Store, form);
        _weight = p.Get(form switch
        {
            KernelForm.WeightNorm => "weight_v",
            KernelForm.SpectralNorm => "weight_orig",
            _ => "weight",
        }, shape, start);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        if (form == KernelForm.WeightNorm)
        {
            float[] lengths = _weight.Reshape(shape[0], -1).Square().Sum(1).Sqrt().ToArray();
            _length = p.Get("weight_g", [shape[0], 1, 1], Start.Values(lengths));
        }
        else if (form == KernelForm.SpectralNorm)
        {
            _left = p.Get("weight_u", [shape[0]], Start.Normal(1));
            _left.RequiresGrad = false;
        }
    }

    /// <summary>The weight to compute with.</summary>
    public Tensor Value() => _form switch
    {
        KernelForm.WeightNorm => WeightNormOp.Call(_weight, _length, 0),
        KernelForm.SpectralNorm => _weight / LargestSingularValue(),
        _ => _weight,
    };

    private Tensor LargestSingularValue()
    {
        Tensor matrix = _weight.Reshape(_weight.Size(0), -1), left = _left!.Unsqueeze(0).Clone(), right;
        using (new NoGrad())
        {
            right = Unit(left.Matmul(matrix));
            if (_store.Training)
            {
                left = Unit(right.Matmul(matrix.Transpose(0, 1)));
                _left.CopyFrom(left.Squeeze(0));
            }
        }
        return (left.Matmul(matrix) * right).Sum();
    }

    private static Tensor Unit(Tensor x) => x / (x.Square().Sum().Sqrt() + Tiny);
}
