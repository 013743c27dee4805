using System.Text;

namespace Kouyin.Torch;

/// <summary>
/// An operator of libtorch by its schema name, for example <c>aten::add</c> and overload <c>Tensor</c>.
/// </summary>
/// <param name="name">Its name with namespace.</param>
/// <param name="overload">Its overload, if it has one.</param>
public sealed unsafe class Operator(string name, string overload = "")
{
    private nint _handle;

    /// <summary>Calls an operator that returns one tensor.</summary>
    public Tensor Call(params ReadOnlySpan<Arg> arguments)
    {
        Value result = default;
        Invoke(arguments, &result, 1);
        return result.Tag == Tag.Tensor
            ? new Tensor((nint)result.Bits)
            : throw new TorchException($"{name} returned no tensor");
    }

    /// <summary>Calls an operator that returns several tensors, or a list of them; an undefined one is null.</summary>
    /// <param name="count">How many come back: another number of them is an error.</param>
    /// <param name="arguments">Its arguments; trailing ones may be left out.</param>
    public Tensor?[] CallMany(int count, params ReadOnlySpan<Arg> arguments)
    {
        Span<Value> results = count <= 16 ? stackalloc Value[count] : new Value[count];
        int produced;
        fixed (Value* first = results)
            produced = Invoke(arguments, first, count);
        Tensor?[] tensors = new Tensor?[count];
        for (int k = 0; k < produced; k++)
            tensors[k] = results[k].Tag == Tag.Tensor ? new Tensor((nint)results[k].Bits) : null;
        return produced == count
            ? tensors
            : throw new TorchException($"{name} returned {produced} results, but {count} were expected");
    }

    /// <summary>Calls an operator that returns an integer.</summary>
    public long CallInteger(params ReadOnlySpan<Arg> arguments)
    {
        Value result;
        Invoke(arguments, &result, 1);
        return result.Tag == Tag.Int ? result.Bits : throw new TorchException($"{name} returned no integer");
    }

    /// <summary>Calls an operator for its effect, dropping what it returns.</summary>
    public void Run(params ReadOnlySpan<Arg> arguments) => Invoke(arguments, null, 0);

    private int Invoke(ReadOnlySpan<Arg> arguments, Value* results, int capacity)
    {
        if (!TensorScope.IsOpen)
            throw new InvalidOperationException($"{name} was called outside a TensorScope");
        if (_handle == 0)
            Native.Check(Native.ky_op_find(name, overload, out _handle));

        Value* values = stackalloc Value[arguments.Length];
        using Scratch scratch = new();
        for (int k = 0; k < arguments.Length; k++)
            values[k] = arguments[k].ToValue(in scratch);
        // Nothing to keep alive: neither tensors nor generators have finalizers.
        Native.Check(Native.ky_op_call(_handle, values, arguments.Length, results, capacity, out int produced));
        return produced;
    }
}

/// <summary>One argument of an operator.</summary>
public readonly struct Arg
{
    private readonly Tag _tag;
    private readonly long _bits;
    private readonly object? _object;

    private Arg(Tag tag, long bits, object? value = null) => (_tag, _bits, _object) = (tag, bits, value);

    /// <summary>No value: an undefined tensor, or None of an optional argument.</summary>
    public static Arg None => new(Tag.None, 0);

    /// <summary>The schema's own default.</summary>
    public static Arg Default => default;

    /// <summary>A tensor, or none.</summary>
    public static implicit operator Arg(Tensor? value) => value is null ? None : new(Tag.Tensor, value.Handle);

    /// <summary>An integer.</summary>
    public static implicit operator Arg(long value) => new(Tag.Int, value);

    /// <summary>A real number.</summary>
    public static implicit operator Arg(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A truth value.</summary>
    public static implicit operator Arg(bool value) => new(Tag.Bool, value ? 1 : 0);

    /// <summary>A text.</summary>
    public static implicit operator Arg(string value) => new(Tag.String, 0, value);

    /// <summary>Integers.</summary>
    public static implicit operator Arg(long[] value) => new(Tag.Ints, 0, value);

    /// <summary>Real numbers.</summary>
    public static implicit operator Arg(double[] value) => new(Tag.Doubles, 0, value);

    /// <summary>Truth values.</summary>
    public static implicit operator Arg(bool[] value) => new(Tag.Bools, 0, value);

    /// <summary>Tensors; null stands for an undefined one, where the operator allows it.</summary>
    public static implicit operator Arg(Tensor?[] value) => new(Tag.Tensors, 0, value);

    /// <summary>A kind of number.</summary>
    public static implicit operator Arg(DType value) => new(Tag.Int, (long)value);

    /// <summary>A device.</summary>
    public static implicit operator Arg(Device value) => new(Tag.Device, value.Code);

    /// <summary>A source of random numbers.</summary>
    public static implicit operator Arg(Generator value) => new(Tag.Generator, value.Handle);

    internal Value ToValue(in Scratch scratch) => _object switch
    {
        string text => scratch.Add(_tag, Encoding.UTF8.GetBytes(text)),
        long[] integers => scratch.Add<long>(_tag, integers),
        double[] reals => scratch.Add<double>(_tag, reals),
        bool[] truths => scratch.Add<bool>(_tag, truths),
        Tensor?[] tensors => scratch.Add(tensors),
        _ => new() { Tag = _tag, Bits = _bits },
    };
}
