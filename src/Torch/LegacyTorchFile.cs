namespace Kouyin.Torch;

/// <summary>
/// What <c>torch.save</c> wrote before PyTorch 1.6, and HiFi-GAN's published weights are in: five pickles (magic
/// number,
/// version, machine, contents, the order of the storages), then each storage behind its count.
/// </summary>
/// <remarks>https://github.com/pytorch/pytorch/blob/v1.13.1/torch/serialization.py#L902-L1043</remarks>
internal sealed class LegacyTorchFile(string path, FileStream file) : TorchArchive(path, file)
{
    private const int CountBytes = sizeof(long);

    private readonly Dictionary<string, PickledStorage> _announced = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    public override object? ReadRoot()
    {
        byte[] start = new byte[Math.Min(FileLength, PickleReader.MaxBytes)];
        File.ReadExactly(start);
        int at = 0;
        _ = PickleReader.Read(start, ref at, Path, Announce);
        _ = PickleReader.Read(start, ref at, Path, Announce);
        CheckMachine(PickleReader.Read(start, ref at, Path, Announce));
        object? root = PickleReader.Read(start, ref at, Path, Announce);
        Locate(PickleReader.Read(start, ref at, Path, Announce), at);
        return root;
    }

    public override byte[] Read(PickledStorage storage)
    {
        byte[] bytes = new byte[storage.Count * storage.Type.Size()];
        File.Position = _offsets[storage.Key];
        File.ReadExactly(bytes);
        return bytes;
    }

    private string? Announce(PickledStorage storage)
    {
        if (storage.Count < 0 || storage.Count > Array.MaxLength / storage.Type.Size())
            return $"storage «{TorchFile.Printable(storage.Key)}» announces {storage.Count} numbers; "
                + "at most 2 GiB can be read at once";
        return _announced.TryAdd(storage.Key, storage) || _announced[storage.Key] == storage
            ? null
            : $"storage «{TorchFile.Printable(storage.Key)}» is announced in two ways";
    }

    private void CheckMachine(object? machine)
    {
        if (machine is not PickleDict dict || !dict.Items.Exists(item => item is { Key: "little_endian", Value: true }))
            throw TorchFile.Refused(Path, "it was not saved on a little-endian machine");
    }

    /// <summary>Finds where each storage begins, and that it ends inside the file.</summary>
    private void Locate(object? keys, long at)
    {
        if (keys is not PickleList list)
            throw TorchFile.Broken(Path, "the order of its storages is missing");
        Span<byte> count = stackalloc byte[CountBytes];
        foreach (object? key in list.Items)
        {
            if (key is not string name || !_announced.TryGetValue(name, out PickledStorage? storage))
                throw TorchFile.Broken(Path, "it lists a storage that nothing uses");
            if (at > FileLength - CountBytes)
                throw TorchFile.Broken(Path, "it is cut off");
            File.Position = at;
            File.ReadExactly(count);
            at += CountBytes;
            long bytes = storage.Count * storage.Type.Size();
            if (BitConverter.ToInt64(count) != storage.Count || bytes > FileLength - at)
                throw TorchFile.Broken(Path, $"storage «{TorchFile.Printable(name)}» is cut off or of another size");
            _offsets[name] = at;
            at += bytes;
        }
        if (_announced.Keys.FirstOrDefault(name => !_offsets.ContainsKey(name)) is { } missing)
            throw TorchFile.Broken(Path, $"the numbers of storage «{TorchFile.Printable(missing)}» are missing");
    }
}
