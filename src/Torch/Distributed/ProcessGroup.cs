using System.Text;

namespace Kouyin.Torch.Distributed;

/// <summary>Several processes that compute together, one a device. All must call the same, in the same order.</summary>
/// <remarks>libtorch's c10d with Gloo, which sums rings of equal chunks: every process gets the same bits.</remarks>
public sealed class ProcessGroup : IDisposable
{
    /// <summary>What every error says when another process is gone.</summary>
    public const string PeerIsLost = "another process of this run is gone, or does not answer";

    private readonly TimeSpan _timeout;
    private nint _handle;

    private ProcessGroup(ProcessPlace place, TimeSpan timeout, nint handle) =>
        (Place, _timeout, _handle) = (place, timeout, handle);

    /// <summary>Which of the processes this is.</summary>
    public ProcessPlace Place { get; }

    /// <summary>Which of the processes this is, from 0.</summary>
    public int Rank => Place.Rank;

    /// <summary>How many there are.</summary>
    public int Size => Place.Size;

    /// <summary>Meets the others, and waits for all of them.</summary>
    /// <param name="place">This one's place.</param>
    /// <param name="timeout">How long to wait for others, now and at every sum.</param>
    /// <param name="meetingIsServed">Whether whoever started the processes serves the meeting place, as torchrun does;
    /// else the process of rank 0 does.</param>
    /// <exception cref="UserException">They did not come in time, or the port is taken.</exception>
    public static ProcessGroup Join(ProcessPlace place, TimeSpan timeout, bool meetingIsServed = false)
    {
        int serves = place.Rank == 0 && !meetingIsServed ? 1 : 0;
        int status = Native.ky_group_open(
            place.Host, place.Port, serves, place.Rank, place.Size, (int)timeout.TotalMilliseconds, out nint handle);
        return status == 0
            ? new(place, timeout, handle)
            : throw new UserException(
                $"process {place.Rank} of {place.Size} did not find the others in {timeout.TotalSeconds:0} s: "
                    + LastError(),
                $"{place.Host}:{place.Port}", "start all processes, with the same MASTER_ADDR and MASTER_PORT");
    }

    /// <summary>Replaces a tensor by its sum over all processes, the same bits everywhere.</summary>
    /// <param name="tensor">Contiguous, on the processor, of the same shape everywhere.</param>
    /// <exception cref="UserException">Another process is gone, or did not answer in time.</exception>
    public void Sum(Tensor tensor)
    {
        if (Native.ky_group_sum(Handle, tensor.Handle) == 0)
            return;
        throw new UserException(
            $"{PeerIsLost} within {_timeout.TotalSeconds:0} s ({LastError()})", $"process {Rank} of {Size}",
            "see what the other processes said; --resume goes on from the last checkpoint");
    }

    /// <summary>Replaces numbers by their sums over all processes.</summary>
    public void Sum(Span<double> numbers)
    {
        using TensorScope scope = new();
        Tensor tensor = Tensor.From<double>(numbers, numbers.Length);
        Sum(tensor);
        tensor.Span<double>().CopyTo(numbers);
    }

    /// <summary>What each process has to say, by rank.</summary>
    public string[] Gather(string text)
    {
        byte[] own = Encoding.UTF8.GetBytes(text);
        double[] lengths = new double[Size];
        lengths[Rank] = own.Length;
        Sum(lengths);
        int longest = Math.Max(1, (int)lengths.Max());
        using TensorScope scope = new();
        Tensor all = Tensor.Zeros([Size, longest], DType.UInt8);
        own.CopyTo(all.Span<byte>()[(Rank * longest)..]);
        Sum(all);
        byte[] bytes = all.ToArray<byte>();
        return [.. lengths.Select((length, rank) => Encoding.UTF8.GetString(bytes, rank * longest, (int)length))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
            Native.ky_group_free(_handle);
        _handle = 0;
    }

    private nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(ProcessGroup));

    private static unsafe string LastError() => Native.Text(Native.ky_last_error()).ReplaceLineEndings(" ");
}
