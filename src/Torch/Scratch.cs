using System.Runtime.InteropServices;

namespace Kouyin.Torch;

/// <summary>Native memory for the lists and texts of one operator call.</summary>
internal readonly unsafe ref struct Scratch : IDisposable
{
    [ThreadStatic] private static List<nint>? _spare;

    private readonly List<nint> _blocks;

    public Scratch() => _blocks = _spare ??= [];

    public Value Add<T>(Tag tag, ReadOnlySpan<T> items)
        where T : unmanaged
    {
        T* copy = (T*)Take(items.Length * sizeof(T));
        items.CopyTo(new Span<T>(copy, items.Length));
        return new() { Tag = tag, Length = items.Length, Bits = (nint)copy };
    }

    public Value Add(Tensor?[] tensors)
    {
        nint* handles = (nint*)Take(tensors.Length * sizeof(nint));
        for (int k = 0; k < tensors.Length; k++)
            handles[k] = tensors[k]?.Handle ?? 0;
        return new() { Tag = Tag.Tensors, Length = tensors.Length, Bits = (nint)handles };
    }

    public void Dispose()
    {
        foreach (nint block in _blocks)
            NativeMemory.Free((void*)block);
        _blocks.Clear();
    }

    private nint Take(int bytes)
    {
        nint block = (nint)NativeMemory.Alloc((nuint)Math.Max(bytes, 1));
        _blocks.Add(block);
        return block;
    }
}
