namespace Kouyin.Torch;

/// <summary>A stream of random numbers with a state of its own: two streams never disturb each other.</summary>
public sealed class Generator : IDisposable
{
    private nint _handle;

    /// <summary>Starts a stream.</summary>
    /// <param name="seed">The same seed gives the same numbers on the same kind of device.</param>
    /// <param name="device">Where the numbers are drawn.</param>
    public Generator(ulong seed, Device device = default) =>
        Native.Check(Native.ky_generator_new(seed, device.Code, out _handle));

    internal nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

    /// <summary>The whole state, as libtorch writes it.</summary>
    public byte[] State
    {
        get
        {
            using TensorScope scope = new();
            Native.Check(Native.ky_generator_state(Handle, out nint state));
            return new Tensor(state).ToArray<byte>();
        }
        set
        {
            using TensorScope scope = new();
            Native.Check(Native.ky_generator_set_state(Handle, Tensor.From<byte>(value, value.Length).Handle));
        }
    }

    /// <summary>Starts the stream anew, as a new one of this seed would.</summary>
    public void Seed(ulong seed) => Native.Check(Native.ky_generator_seed(Handle, seed));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
            Native.ky_generator_free(_handle);
        _handle = 0;
    }
}
