using System.Buffers;

namespace Kouyin.Torch;

/// <summary>
/// Frees at its end every tensor made inside it, but those taken out with <see cref="Keep"/>. A <c>ref struct</c>, so
/// that no <c>await</c> or closure can carry it to another thread.
/// </summary>
public readonly ref struct TensorScope : IDisposable
{
    private readonly Frame _frame;

    /// <summary>Opens a scope inside the thread's innermost one.</summary>
    public TensorScope() => _frame = Frame.Open();

    /// <summary>Whether the thread has a scope open. Without one no operator runs.</summary>
    public static bool IsOpen => Frame.Innermost is not null;

    /// <summary>Hands a tensor to the enclosing scope, or to the caller alone where there is none.</summary>
    /// <param name="tensor">One made inside this scope leaves it; one made outside stays where it is, so that a layer
    /// which gives back its input, or a parameter, is safe to keep.</param>
    public Tensor Keep(Tensor tensor)
    {
        for (Frame? frame = Frame.Innermost; frame != _frame.Outer; frame = frame!.Outer)
        {
            if (frame != tensor.Owner)
                continue;
            tensor.Leave();
            _frame.Outer?.Add(tensor);
            break;
        }
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose() => _frame.Close();

    /// <summary>The list behind a scope. Frames are reused: a step opens thousands.</summary>
    internal sealed class Frame
    {
        [ThreadStatic] private static Frame? _innermost;
        [ThreadStatic] private static Frame? _spare;

        private Tensor?[] _tensors = new Tensor?[64];
        private int _count;
        private Frame? _nextSpare;

        internal static Frame? Innermost => _innermost;

        internal Frame? Outer { get; private set; }

        internal static Frame Open()
        {
            Frame frame = _spare ?? new();
            _spare = frame._nextSpare;
            frame.Outer = _innermost;
            _innermost = frame;
            return frame;
        }

        internal void Add(Tensor tensor)
        {
            if (_count == _tensors.Length)
                Array.Resize(ref _tensors, 2 * _count);
            (tensor.Owner, tensor.Slot) = (this, _count);
            _tensors[_count++] = tensor;
        }

        internal void Remove(int slot)
        {
            _tensors[slot] = null;
            if (slot == _count - 1)
                _count--;
        }

        internal unsafe void Close()
        {
            if (_innermost != this)
                throw new InvalidOperationException("scopes must close in the reverse order of their opening");
            _innermost = Outer;
            nint[] handles = ArrayPool<nint>.Shared.Rent(_count);
            int live = 0;
            for (int k = _count - 1; k >= 0; k--)
            {
                if (_tensors[k]?.Release() is { } handle)
                    handles[live++] = handle;
                _tensors[k] = null;
            }
            fixed (nint* first = handles)
                Native.ky_tensor_free_many(first, live);
            ArrayPool<nint>.Shared.Return(handles);
            _count = 0;
            Outer = null;
            _nextSpare = _spare;
            _spare = this;
        }
    }
}

/// <summary>Switches gradients off until disposed.</summary>
public readonly ref struct NoGrad : IDisposable
{
    [ThreadStatic] private static int _depth;

    private readonly int _was;

    /// <summary>Switches them off.</summary>
    public NoGrad()
    {
        Native.Check(Native.ky_set_grad_mode(0, out _was));
        _depth++;
    }

    /// <summary>Whether this thread computes without gradients.</summary>
    public static bool IsOn => _depth > 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _depth--;
        Native.Check(Native.ky_set_grad_mode(_was, out _));
    }
}
