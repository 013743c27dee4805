namespace Kouyin.Torch;

/// <summary>
/// An n-dimensional array of libtorch. It lives until the <see cref="TensorScope"/> it was made in ends.
/// </summary>
public sealed partial class Tensor : IDisposable
{
    internal static long Live;

    private nint _handle;

    internal Tensor(nint handle)
    {
        _handle = handle;
        Interlocked.Increment(ref Live);
        TensorScope.Frame.Innermost?.Add(this);
    }

    internal TensorScope.Frame? Owner { get; set; }

    internal int Slot { get; set; }

    internal nint Handle => _handle != 0
        ? _handle
        : throw new ObjectDisposedException(nameof(Tensor), "its scope has ended; take it out with TensorScope.Keep");

    /// <summary>
    /// Frees the tensor now. A scope does it at its end, so this is for tensors that left every scope.
    /// </summary>
    public void Dispose()
    {
        if (_handle == 0)
            return;
        Leave();
        Native.ky_tensor_free(_handle);
        Forget();
    }

    /// <summary>Takes the tensor out of every scope: its holder must dispose of it.</summary>
    public Tensor Detached()
    {
        Leave();
        return this;
    }

    internal void Leave()
    {
        Owner?.Remove(Slot);
        Owner = null;
    }

    /// <summary>Gives up the handle to the scope that frees many at once.</summary>
    internal nint? Release()
    {
        if (_handle == 0)
            return null;
        nint handle = _handle;
        Owner = null;
        Forget();
        return handle;
    }

    private void Forget()
    {
        _handle = 0;
        Interlocked.Decrement(ref Live);
    }
}
