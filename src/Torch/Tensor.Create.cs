namespace Kouyin.Torch;

/// <content>New tensors, and reading them back.</content>
public sealed partial class Tensor
{
    private static readonly Operator EmptyOp = new("aten::empty", "memory_format");
    private static readonly Operator FullOp = new("aten::full");
    private static readonly Operator FullLikeOp = new("aten::full_like");
    private static readonly Operator ArangeOp = new("aten::arange");
    private static readonly Operator RandOp = new("aten::rand", "generator");
    private static readonly Operator RandnOp = new("aten::randn", "generator");
    private static readonly Operator ToDTypeOp = new("aten::to", "dtype");
    private static readonly Operator ToDeviceOp = new("aten::to", "device");
    private static readonly Operator CopyOp = new("aten::copy_");
    private static readonly Operator CloneOp = new("aten::clone");
    private static readonly Operator DetachOp = new("aten::detach");

    /// <summary>The kind of number.</summary>
    public DType DType
    {
        get
        {
            Native.Check(Native.ky_tensor_dtype(Handle, out int type));
            return (DType)type;
        }
    }

    /// <summary>Where the numbers are.</summary>
    public Device Device
    {
        get
        {
            Native.Check(Native.ky_tensor_device(Handle, out long code));
            return new(code);
        }
    }

    /// <summary>A tensor on the processor with these numbers, row by row.</summary>
    /// <param name="values">float, double, long, int, short or byte.</param>
    /// <param name="shape">Sizes whose product is the number of values.</param>
    public static Tensor From<T>(ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged
    {
        Tensor tensor = Empty(shape, TypeOf<T>());
        if (tensor.Count != values.Length)
            throw new ArgumentException($"{values.Length} values do not fill [{string.Join(", ", shape)}]");
        values.CopyTo(tensor.Span<T>());
        return tensor;
    }

    /// <summary>One number without dimensions.</summary>
    public static Tensor Scalar(double value, DType type = DType.Float32, Device device = default) =>
        Full([], value, type, device);

    /// <summary>Memory that holds anything.</summary>
    public static Tensor Empty(long[] shape, DType type = DType.Float32, Device device = default) =>
        EmptyOp.Call(shape, type, Arg.None, device);

    /// <summary>One number everywhere.</summary>
    public static Tensor Full(long[] shape, double value, DType type = DType.Float32, Device device = default) =>
        FullOp.Call(shape, value, type, Arg.None, device);

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(long[] shape, DType type = DType.Float32, Device device = default) =>
        Full(shape, 0, type, device);

    /// <summary>0, 1, 2, … up to, not including, <paramref name="end"/>.</summary>
    public static Tensor Arange(long end, DType type = DType.Int64, Device device = default) =>
        ArangeOp.Call(end, type, Arg.None, device);

    /// <summary>Uniform in [0, 1).</summary>
    public static Tensor Rand(long[] shape, Generator random, Device device = default) =>
        RandOp.Call(shape, random, DType.Float32, Arg.None, device);

    /// <summary>Standard normal.</summary>
    public static Tensor Randn(long[] shape, Generator random, Device device = default) =>
        RandnOp.Call(shape, random, DType.Float32, Arg.None, device);

    /// <summary>One number everywhere, in this tensor's shape and kind.</summary>
    public Tensor FullLike(double value) => FullLikeOp.Call(this, value);

    /// <summary>The same numbers of another kind; this tensor itself where nothing changes.</summary>
    public Tensor To(DType type) => DType == type ? this : ToDTypeOp.Call(this, type);

    /// <summary>The same numbers on another device; this tensor itself where nothing changes.</summary>
    public Tensor To(Device device) => Device == device ? this : ToDeviceOp.Call(this, device, DType);

    /// <summary>Overwrites this tensor.</summary>
    public void CopyFrom(Tensor source) => CopyOp.Run(this, source);

    /// <summary>A copy with memory of its own.</summary>
    public Tensor Clone() => CloneOp.Call(this);

    /// <summary>The same numbers, through which no gradient flows.</summary>
    public Tensor StopGradient() => DetachOp.Call(this);

    /// <summary>The numbers in place: a contiguous tensor on the processor, for as long as it lives.</summary>
    public unsafe Span<T> Span<T>()
        where T : unmanaged
    {
        if (DType != TypeOf<T>())
            throw new InvalidOperationException($"a tensor of {DType} cannot be read as {typeof(T).Name}");
        Native.Check(Native.ky_tensor_is_contiguous(Handle, out int contiguous));
        if (contiguous == 0 || Device != Device.Cpu)
            throw new InvalidOperationException("only a contiguous tensor on the processor can be read in place");
        Native.Check(Native.ky_tensor_data(Handle, out void* data));
        return new Span<T>(data, checked((int)Count));
    }

    /// <summary>A copy of the numbers, row by row.</summary>
    public T[] ToArray<T>()
        where T : unmanaged
    {
        using TensorScope scope = new();
        return To(Device.Cpu).Contiguous().Span<T>().ToArray();
    }

    /// <summary>A copy of the numbers as floats, row by row.</summary>
    public float[] ToArray()
    {
        using TensorScope scope = new();
        return To(DType.Float32).ToArray<float>();
    }

    /// <summary>The only number. Waits for the device.</summary>
    public float Item()
    {
        using TensorScope scope = new();
        return Reshape(1).ToArray()[0];
    }

    private static DType TypeOf<T>()
        where T : unmanaged => Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Single => DType.Float32,
            TypeCode.Double => DType.Float64,
            TypeCode.Int64 => DType.Int64,
            TypeCode.Int32 => DType.Int32,
            TypeCode.Int16 => DType.Int16,
            TypeCode.Byte => DType.UInt8,
            TypeCode.Boolean => DType.Bool,
            _ when typeof(T) == typeof(Half) => DType.Float16,
            _ => throw new ArgumentException($"no tensor holds {typeof(T).Name}"),
        };
}
