namespace Kouyin.Torch;

/// <summary>
/// A file of <c>torch.save</c> as a pickle that describes tensors, and the storages that hold their numbers.
/// </summary>
internal abstract class TorchArchive(string path, FileStream file) : IDisposable
{
    // A pickle of protocol 2 holding torch's magic number 0x1950a86a20f9469cfc6c.
    private static readonly byte[] LegacyStart =
        [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <summary>Bytes of the whole file.</summary>
    public long FileLength => File.Length;

    /// <summary>The file's name, for messages.</summary>
    protected string Path { get; } = path;

    protected FileStream File { get; } = file;

    /// <summary>Opens a file of either format.</summary>
    public static TorchArchive Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Open(path, file);
        }
        catch (InvalidDataException e)
        {
            file?.Dispose();
            throw TorchFile.Broken(path, $"its zip archive is damaged or cut off ({e.Message})");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new UserException($"cannot read the file: {e.Message}", path, "give an existing, readable file");
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>What the pickle holds, every storage that it names being known to lie in the file.</summary>
    public abstract object? ReadRoot();

    /// <summary>All numbers of a storage that <see cref="ReadRoot"/> has met.</summary>
    public abstract byte[] Read(PickledStorage storage);

    public virtual void Dispose() => File.Dispose();

    private static TorchArchive Open(string path, FileStream file)
    {
        Span<byte> start = stackalloc byte[16];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (start.StartsWith("PK\u0003\u0004"u8))
            return new TorchZip(path, file);
        if (start.StartsWith(LegacyStart))
            return new LegacyTorchFile(path, file);
        if (start.Length > 9 && start[8] == '{' && start[9] == '"')
            throw new UserException("this is a safetensors file already", path, "use it as it is: it needs no import");
        throw TorchFile.Broken(path, "it does not begin as one");
    }
}
