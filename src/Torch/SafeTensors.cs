using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Kouyin.Torch;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name, such as <c>encoder.emb.weight</c>.</param>
/// <param name="Type">What its numbers are.</param>
/// <param name="Shape">Its sizes, outermost first; empty for a single number.</param>
/// <param name="Offset">Where its bytes begin, counted from the start of the file.</param>
/// <param name="ByteCount">How many bytes it has.</param>
public sealed record SafeTensor(
    string Name, ElementType Type, IReadOnlyList<long> Shape, long Offset, long ByteCount);

/// <summary>
/// Reads a safetensors file through a memory map: opening costs the header, a tensor costs its pages.
/// </summary>
/// <remarks>
/// Format: length of the header (64 bits, little-endian), JSON header, the tensors' bytes, row-major and little-endian.
/// A file that breaks a rule of https://github.com/huggingface/safetensors is refused when it is opened.
/// </remarks>
public sealed unsafe class SafeTensors : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<string, SafeTensor> _byName;
    private byte* _start;

    private SafeTensors(string path, MemoryMappedFile file, long length)
    {
        Path = path;
        _file = file;
        _view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        try
        {
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
            SafeTensorsHeader header = SafeTensorsHeader.Read(path, _start, length);
            Metadata = header.Metadata;
            Entries = header.Entries;
            _byName = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }

    /// <summary>The strings of the header's <c>__metadata__</c>; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensor> Entries { get; }

    /// <summary>Opens and checks a file.</summary>
    public static SafeTensors Open(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.Length < SafeTensorsHeader.LengthBytes)
                throw SafeTensorsHeader.Broken(path, $"the file has only {stream.Length} bytes");
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new(path, file, stream.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot read the file: {e.Message}", path, "give an existing, readable file");
        }
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The tensor of that name.</summary>
    public SafeTensor this[string name] => _byName.TryGetValue(name, out SafeTensor? entry)
        ? entry
        : throw new UserException(
            $"there is no tensor «{name}»", Path, "give a file made for this model (is it another kind or size?)");

    /// <summary>The raw bytes of a tensor; valid until this reader is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        SafeTensor entry = this[name];
        if (entry.ByteCount > int.MaxValue)
            throw new UserException(
                $"the tensor «{name}» has {entry.ByteCount} bytes", Path, "split it: at most 2 GiB are read at once");
        return new(_start + entry.Offset, (int)entry.ByteCount);
    }

    /// <summary>The numbers of a tensor, in row-major order; valid until this reader is disposed.</summary>
    public ReadOnlySpan<T> Values<T>(string name) where T : unmanaged
    {
        ElementType wanted = ElementTypes.Of<T>();
        if (this[name].Type != wanted)
            throw new UserException(
                $"the tensor «{name}» holds {this[name].Type.FormatName()} where {wanted.FormatName()} is wanted",
                Path, "give a file made for this model");
        return MemoryMarshal.Cast<byte, T>(Bytes(name));
    }

    /// <summary>Closes the map; spans taken from it must not be used any more.</summary>
    public void Dispose()
    {
        if (_start is not null)
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _start = null;
        _view.Dispose();
        _file.Dispose();
    }
}
