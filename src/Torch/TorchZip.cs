using System.IO.Compression;

namespace Kouyin.Torch;

/// <summary>
/// The zip archive that <c>torch.save</c> writes since PyTorch 1.6: one pickle, and one entry for each storage.
/// </summary>
internal sealed class TorchZip : TorchArchive
{
    private const string PickleName = "/data.pkl";

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _prefix;

    public TorchZip(string path, FileStream file)
        : base(path, file)
    {
        _archive = new(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (ZipArchiveEntry entry in _archive.Entries)
            if (!_entries.TryAdd(entry.FullName, entry))
                throw TorchFile.Broken(path, $"it holds «{TorchFile.Printable(entry.FullName)}» twice");
        _prefix = Prefix();
        CheckByteOrder();
    }

    public override object? ReadRoot()
    {
        ZipArchiveEntry entry = _entries[_prefix + PickleName[1..]];
        if (entry.Length > PickleReader.MaxBytes)
            throw TorchFile.Refused(Path, $"its pickle has {entry.Length} bytes, more than any model's");
        int at = 0;
        return PickleReader.Read(Read(entry), ref at, Path, Check);
    }

    public override byte[] Read(PickledStorage storage) => Read(_entries[NameOf(storage.Key)]);

    public override void Dispose()
    {
        _archive.Dispose();
        base.Dispose();
    }

    /// <summary>What is wrong with a storage that the pickle names, or null.</summary>
    private string? Check(PickledStorage storage)
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

    private string NameOf(string storageKey) => $"{_prefix}data/{storageKey}";

    private string Prefix()
    {
        if (_entries.Keys.Any(name => name.EndsWith("/constants.pkl", StringComparison.Ordinal)))
            throw TorchFile.Refused(Path, "it is a TorchScript program, not weights");
        string[] pickles = [.. _entries.Keys.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal))];
        return pickles.Length == 1
            ? pickles[0][..^(PickleName.Length - 1)]
            : throw TorchFile.Broken(Path, "it is a zip archive, but not one of torch.save");
    }

    private void CheckByteOrder()
    {
        if (_entries.TryGetValue(_prefix + "byteorder", out ZipArchiveEntry? order)
            && (order.Length != "little".Length || !Read(order).AsSpan().SequenceEqual("little"u8)))
            throw TorchFile.Refused(Path, "it was saved on a big-endian machine");
    }

    /// <summary>
    /// Reads an entry whole. torch.save never compresses, so nothing grows here beyond the file's own size.
    /// </summary>
    private byte[] Read(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length || entry.Length > FileLength)
            throw TorchFile.Refused(Path, $"its entry «{TorchFile.Printable(entry.FullName)}» is compressed");
        byte[] bytes = new byte[entry.Length];
        try
        {
            using Stream stream = entry.Open();
            stream.ReadExactly(bytes);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw TorchFile.Broken(
                Path, $"its entry «{TorchFile.Printable(entry.FullName)}» cannot be read ({e.Message})");
        }
        return Crc32.Of(bytes) == entry.Crc32
            ? bytes
            : throw TorchFile.Broken(
                Path, $"its entry «{TorchFile.Printable(entry.FullName)}» does not match its checksum: it is damaged");
    }
}
