using System.IO.Compression;

namespace Kouyin.Torch;

/// <summary>The zip archive that <c>torch.save</c> writes since PyTorch 1.6: one pickle, and one entry for each storage.</summary>
internal sealed class TorchZip : IDisposable
{
    private const string PickleName = "/data.pkl";

    private readonly string _path;
    private readonly FileStream _file;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _prefix;

    private TorchZip(string path, FileStream file)
    {
        _path = path;
        _file = file;
        _archive = new(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in _archive.Entries)
            if (!_entries.TryAdd(entry.FullName, entry))
                throw TorchFile.Broken(path, $"it holds «{TorchFile.Printable(entry.FullName)}» twice");
        _prefix = Prefix();
        CheckByteOrder();
    }

    public long FileLength => _file.Length;

    public static TorchZip Open(string path)
    {
        FileStream? file = null;
        try
        {
            file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            TorchFileKind.RefuseOthers(path, file);
            return new(path, file);
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

    public byte[] ReadPickle()
    {
        ZipArchiveEntry entry = _entries[_prefix + PickleName[1..]];
        return entry.Length <= PickleReader.MaxBytes
            ? Read(entry)
            : throw TorchFile.Refused(_path, $"its pickle has {entry.Length} bytes, more than any model's");
    }

    /// <summary>What is wrong with a storage that the pickle names, or null.</summary>
    public string? Check(PickledStorage storage)
    {
        if (!_entries.TryGetValue(NameOf(storage.Key), out ZipArchiveEntry? entry))
            return $"the numbers of storage «{TorchFile.Printable(storage.Key)}» are missing";
        if (storage.Count < 0 || (UInt128)storage.Count * (UInt128)storage.Type.Size() != (UInt128)entry.Length)
            return $"storage «{storage.Key}» has {entry.Length} bytes where {storage.Count} numbers of "
                + $"{storage.Type.FormatName()} are announced";
        if (entry.Length > Array.MaxLength)
            return $"storage «{storage.Key}» has {entry.Length} bytes; at most 2 GiB can be read at once";
        return null;
    }

    /// <summary>All numbers of a storage.</summary>
    public byte[] Read(PickledStorage storage) => Read(_entries[NameOf(storage.Key)]);

    public void Dispose()
    {
        _archive.Dispose();
        _file.Dispose();
    }

    private string NameOf(string storageKey) => $"{_prefix}data/{storageKey}";

    private string Prefix()
    {
        if (_entries.Keys.Any(name => name.EndsWith("/constants.pkl", StringComparison.Ordinal)))
            throw TorchFile.Refused(_path, "it is a TorchScript program, not weights");
        string[] pickles = [.. _entries.Keys.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal))];
        return pickles.Length == 1
            ? pickles[0][..^(PickleName.Length - 1)]
            : throw TorchFile.Broken(_path, "it is a zip archive, but not one of torch.save");
    }

    private void CheckByteOrder()
    {
        if (_entries.TryGetValue(_prefix + "byteorder", out ZipArchiveEntry? order)
            && (order.Length != "little".Length || !Read(order).AsSpan().SequenceEqual("little"u8)))
            throw TorchFile.Refused(_path, "it was saved on a big-endian machine");
    }

    /// <summary>Reads an entry whole. torch.save never compresses, so nothing grows here beyond the file's own size.</summary>
    private byte[] Read(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length || entry.Length > _file.Length)
            throw TorchFile.Refused(_path, $"its entry «{TorchFile.Printable(entry.FullName)}» is compressed");
        byte[] bytes = new byte[entry.Length];
        try
        {
            using Stream stream = entry.Open();
            stream.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw TorchFile.Broken(_path, $"its entry «{TorchFile.Printable(entry.FullName)}» cannot be read ({e.Message})");
        }
        return Crc32.Of(bytes) == entry.Crc32
            ? bytes
            : throw TorchFile.Broken(
                _path, $"its entry «{TorchFile.Printable(entry.FullName)}» does not match its checksum: it is damaged");
    }
}
