namespace Kouyin.Torch;

/// <summary>A class or function that a pickle names; one of <see cref="PickleGlobals"/>, never anything else.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A Python dictionary, in its own order; a key may be anything.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Items { get; } = [];
}

/// <summary>A Python list.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A block of numbers outside the pickle, which tensors look into.</summary>
/// <param name="Key">Its name among the file's storages.</param>
/// <param name="Type">What its numbers are.</param>
/// <param name="Count">How many there are.</param>
internal sealed record PickledStorage(string Key, ElementType Type, long Count);

/// <summary>A tensor as a view of a storage, known to stay inside it.</summary>
/// <param name="Storage">The numbers.</param>
/// <param name="Offset">The first element.</param>
/// <param name="Shape">Its sizes, outermost first.</param>
/// <param name="Strides">How many elements to step for each dimension.</param>
internal sealed record PickledView(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    private const int MaxDimensions = 32;

    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The view, or the reason why there can be none.</summary>
    public static (PickledView? View, string? Fault) Create(
        PickledStorage storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length || shape.Length > MaxDimensions)
            return (null, $"a tensor has {shape.Length} sizes and {strides.Length} strides");
        if (offset < 0 || shape.Any(size => size < 0) || strides.Any(stride => stride < 0))
            return (null, "a tensor has a negative size, stride or offset");

        Int128 count = 1, last = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            count *= shape[i];
            last += (Int128)(shape[i] - 1) * strides[i];
            if (count > long.MaxValue / 8)
                return (null, "a tensor has more elements than any file can hold");
        }
        return count > 0 && last >= storage.Count
            ? (null, $"a tensor reaches element {last} of storage «{storage.Key}», which has {storage.Count}")
            : (new(storage, offset, shape, strides), null);
    }

    /// <summary>Writes the elements in row-major order.</summary>
    public void Write(ReadOnlySpan<byte> storage, Stream destination)
    {
        int width = Storage.Type.Size();
        if (Count == 0)
            return;
        if (IsContiguous())
        {
            destination.Write(storage.Slice(checked((int)(Offset * width)), checked((int)(Count * width))));
            return;
        }
        byte[] buffer = new byte[(1 << 16) * width];
        int filled = 0;
        long[] index = new long[Shape.Length];
        long at = Offset;
        do
        {
            storage.Slice((int)(at * width), width).CopyTo(buffer.AsSpan(filled));
            filled += width;
            if (filled == buffer.Length)
            {
                destination.Write(buffer);
                filled = 0;
            }
        }
        while (Advance(index, ref at));
        destination.Write(buffer, 0, filled);
    }

    private bool IsContiguous()
    {
        long step = 1;
        for (int i = Shape.Length - 1; i >= 0; i--)
        {
            if (Shape[i] != 1 && Strides[i] != step)
                return false;
            step *= Shape[i];
        }
        return true;
    }

    /// <summary>Steps to the next element in row-major order; false after the last.</summary>
    private bool Advance(long[] index, ref long at)
    {
        for (int i = Shape.Length - 1; i >= 0; i--)
        {
            at += Strides[i];
            if (++index[i] < Shape[i])
                return true;
            at -= Strides[i] * Shape[i];
            index[i] = 0;
        }
        return false;
    }
}
