namespace Kouyin.Torch;

/// <content>Arithmetic. Every operator gives a new tensor unless its name says otherwise.</content>
public sealed partial class Tensor
{
    private static readonly Operator AddOp = new("aten::add", "Tensor");
    private static readonly Operator AddScalarOp = new("aten::add", "Scalar");
    private static readonly Operator SubOp = new("aten::sub", "Tensor");
    private static readonly Operator RsubOp = new("aten::rsub", "Scalar");
    private static readonly Operator MulOp = new("aten::mul", "Tensor");
    private static readonly Operator MulScalarOp = new("aten::mul", "Scalar");
    private static readonly Operator DivOp = new("aten::div", "Tensor");
    private static readonly Operator MatmulOp = new("aten::matmul");
    private static readonly Operator ExpOp = new("aten::exp");
    private static readonly Operator Expm1Op = new("aten::expm1");
    private static readonly Operator LogOp = new("aten::log");
    private static readonly Operator SqrtOp = new("aten::sqrt");
    private static readonly Operator SquareOp = new("aten::square");
    private static readonly Operator PowOp = new("aten::pow", "Tensor_Scalar");
    private static readonly Operator AbsOp = new("aten::abs");
    private static readonly Operator SinOp = new("aten::sin");
    private static readonly Operator CosOp = new("aten::cos");
    private static readonly Operator TanhOp = new("aten::tanh");
    private static readonly Operator SigmoidOp = new("aten::sigmoid");
    private static readonly Operator CeilOp = new("aten::ceil");
    private static readonly Operator RoundOp = new("aten::round");
    private static readonly Operator ClampOp = new("aten::clamp");
    private static readonly Operator ReluOp = new("aten::relu");
    private static readonly Operator LeakyReluOp = new("aten::leaky_relu");
    private static readonly Operator GeluOp = new("aten::gelu");
    private static readonly Operator SiluOp = new("aten::silu");
    private static readonly Operator MishOp = new("aten::mish");
    private static readonly Operator SoftplusOp = new("aten::softplus");
    private static readonly Operator SoftmaxOp = new("aten::softmax", "int");
    private static readonly Operator LogSoftmaxOp = new("aten::log_softmax", "int");
    private static readonly Operator SumOp = new("aten::sum");
    private static readonly Operator SumDimOp = new("aten::sum", "dim_IntList");
    private static readonly Operator MeanOp = new("aten::mean");
    private static readonly Operator MeanDimOp = new("aten::mean", "dim");
    private static readonly Operator CumsumOp = new("aten::cumsum");
    private static readonly Operator MaxOp = new("aten::max");
    private static readonly Operator MinOp = new("aten::min");
    private static readonly Operator ArgmaxOp = new("aten::argmax");
    private static readonly Operator LessOp = new("aten::lt", "Tensor");
    private static readonly Operator GreaterEqualOp = new("aten::ge", "Tensor");
    private static readonly Operator EqualOp = new("aten::eq", "Tensor");
    private static readonly Operator EqualScalarOp = new("aten::eq", "Scalar");
    private static readonly Operator MaskedFillOp = new("aten::masked_fill", "Scalar");
    private static readonly Operator IsFiniteOp = new("aten::isfinite");
    private static readonly Operator AllOp = new("aten::all");

    /// <summary>a + b, broadcast.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => AddOp.Call(a, b);

    /// <summary>a + b.</summary>
    public static Tensor operator +(Tensor a, double b) => AddScalarOp.Call(a, b);

    /// <summary>a - b, broadcast.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => SubOp.Call(a, b);

    /// <summary>a - b.</summary>
    public static Tensor operator -(Tensor a, double b) => AddScalarOp.Call(a, -b);

    /// <summary>a - b.</summary>
    public static Tensor operator -(double a, Tensor b) => RsubOp.Call(b, a);

    /// <summary>-a.</summary>
    public static Tensor operator -(Tensor a) => MulScalarOp.Call(a, -1.0);

    /// <summary>a b, broadcast, element by element.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => MulOp.Call(a, b);

    /// <summary>a b.</summary>
    public static Tensor operator *(Tensor a, double b) => MulScalarOp.Call(a, b);

    /// <summary>a b.</summary>
    public static Tensor operator *(double a, Tensor b) => MulScalarOp.Call(b, a);

    /// <summary>a / b, broadcast.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => DivOp.Call(a, b);

    /// <summary>a / b.</summary>
    public static Tensor operator /(Tensor a, double b) => MulScalarOp.Call(a, 1 / b);

    /// <summary>The matrix product of the last two dimensions, broadcast over the others.</summary>
    public Tensor Matmul(Tensor other) => MatmulOp.Call(this, other);

    /// <summary>e to the x.</summary>
    public Tensor Exp() => ExpOp.Call(this);

    /// <summary>e to the x, minus 1, exact near 0.</summary>
    public Tensor Expm1() => Expm1Op.Call(this);

    /// <summary>The natural logarithm.</summary>
    public Tensor Log() => LogOp.Call(this);

    /// <summary>The square root.</summary>
    public Tensor Sqrt() => SqrtOp.Call(this);

    /// <summary>The square.</summary>
    public Tensor Square() => SquareOp.Call(this);

    /// <summary>x to a power.</summary>
    public Tensor Pow(double exponent) => PowOp.Call(this, exponent);

    /// <summary>The absolute value.</summary>
    public Tensor Abs() => AbsOp.Call(this);

    /// <summary>The sine.</summary>
    public Tensor Sin() => SinOp.Call(this);

    /// <summary>The cosine.</summary>
    public Tensor Cos() => CosOp.Call(this);

    /// <summary>The hyperbolic tangent.</summary>
    public Tensor Tanh() => TanhOp.Call(this);

    /// <summary>1 / (1 + e^-x).</summary>
    public Tensor Sigmoid() => SigmoidOp.Call(this);

    /// <summary>Rounded up.</summary>
    public Tensor Ceil() => CeilOp.Call(this);

    /// <summary>Rounded to the nearest, halves to even.</summary>
    public Tensor Round() => RoundOp.Call(this);

    /// <summary>No less than <paramref name="min"/> and no more than <paramref name="max"/>.</summary>
    public Tensor Clamp(double min = double.NegativeInfinity, double max = double.PositiveInfinity) => ClampOp.Call(
        this, Bound(min, double.NegativeInfinity), Bound(max, double.PositiveInfinity));

    /// <summary>max(x, 0).</summary>
    public Tensor Relu() => ReluOp.Call(this);

    /// <summary>x where positive, else x times the slope.</summary>
    public Tensor LeakyRelu(double slope) => LeakyReluOp.Call(this, slope);

    /// <summary>x times the normal distribution function of x.</summary>
    public Tensor Gelu() => GeluOp.Call(this);

    /// <summary>x sigmoid(x).</summary>
    public Tensor Silu() => SiluOp.Call(this);

    /// <summary>ln(1 + e^x).</summary>
    public Tensor Softplus() => SoftplusOp.Call(this);

    /// <summary>
    /// x tanh(softplus(x)). libtorch's own kernel on the processor is many times slower than its parts.
    /// </summary>
    public Tensor Mish() => Device.IsCuda ? MishOp.Call(this) : this * Softplus().Tanh();

    /// <summary>The softmax along a dimension.</summary>
    public Tensor Softmax(int dimension) => SoftmaxOp.Call(this, dimension);

    /// <summary>The logarithm of the softmax along a dimension.</summary>
    public Tensor LogSoftmax(int dimension) => LogSoftmaxOp.Call(this, dimension);

    /// <summary>The sum of all numbers.</summary>
    public Tensor Sum() => SumOp.Call(this);

    /// <summary>The sum along a dimension.</summary>
    public Tensor Sum(int dimension, bool keep = false) => SumDimOp.Call(this, new long[] { dimension }, keep);

    /// <summary>The mean of all numbers.</summary>
    public Tensor Mean() => MeanOp.Call(this);

    /// <summary>The mean along a dimension.</summary>
    public Tensor Mean(int dimension, bool keep = false) => MeanDimOp.Call(this, new long[] { dimension }, keep);

    /// <summary>The running sum along a dimension.</summary>
    public Tensor Cumsum(int dimension) => CumsumOp.Call(this, dimension);

    /// <summary>The largest number.</summary>
    public Tensor Max() => MaxOp.Call(this);

    /// <summary>The smallest number.</summary>
    public Tensor Min() => MinOp.Call(this);

    /// <summary>The index of the largest number along a dimension.</summary>
    public Tensor Argmax(int dimension) => ArgmaxOp.Call(this, dimension);

    /// <summary>Where a &lt; b, broadcast.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => LessOp.Call(a, b);

    /// <summary>Where a &gt; b, broadcast.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => LessOp.Call(b, a);

    /// <summary>Where a &gt;= b, broadcast.</summary>
    public static Tensor operator >=(Tensor a, Tensor b) => GreaterEqualOp.Call(a, b);

    /// <summary>Where a &lt;= b, broadcast.</summary>
    public static Tensor operator <=(Tensor a, Tensor b) => GreaterEqualOp.Call(b, a);

    /// <summary>Where the two are equal, broadcast.</summary>
    public Tensor EqualTo(Tensor other) => EqualOp.Call(this, other);

    /// <summary>Where this equals a number.</summary>
    public Tensor EqualTo(double value) => EqualScalarOp.Call(this, value);

    /// <summary><paramref name="value"/> where the mask is true, else this.</summary>
    public Tensor MaskedFill(Tensor mask, double value) => MaskedFillOp.Call(this, mask, value);

    /// <summary>Whether all numbers are finite. Waits for the device.</summary>
    public bool AllFinite()
    {
        using TensorScope scope = new();
        return AllOp.Call(IsFiniteOp.Call(this)).ToArray<bool>()[0];
    }

    // An integer bound keeps integers integers; a conditional expression would make it a double again.
    private Arg Bound(double value, double none)
    {
        if (value == none)
            return Arg.None;
        return DType is DType.UInt8 or DType.Int16 or DType.Int32 or DType.Int64 ? (long)value : (Arg)value;
    }
}
