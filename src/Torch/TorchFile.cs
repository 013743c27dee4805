namespace Kouyin.Torch;

/// <summary>A tensor in a file of <c>torch.save</c>.</summary>
public sealed class TorchFileTensor
{
    internal TorchFileTensor(string part, string name, PickledView view)
    {
        Part = part;
        Name = name;
        View = view;
    }

    /// <summary>The keys of the dictionaries around it, joined by dots: <c>generator</c>, or nothing.</summary>
    public string Part { get; }

    /// <summary>Its key in the innermost dictionary: <c>conv_pre.weight_g</c>.</summary>
    public string Name { get; }

    /// <summary>What its numbers are.</summary>
    public ElementType Type => View.Storage.Type;

    /// <summary>Its sizes, outermost first.</summary>
    public IReadOnlyList<long> Shape => View.Shape;

    internal PickledView View { get; }
}

/// <summary>Reads the tensors of a file that <c>torch.save</c> wrote, without executing anything of it.</summary>
public sealed class TorchFile : IDisposable
{
    // Views may repeat numbers (a stride of 0, shared storages), but a file that means to fill a disk is refused.
    private const long MaxExpansion = 4;
    private const long AlwaysAllowedBytes = 16 << 20;

    private readonly TorchArchive _archive;
    private (string Key, byte[] Bytes)? _lastStorage;

    private TorchFile(string path, TorchArchive archive)
    {
        Path = path;
        _archive = archive;
        Tensors = PickledTensors.Find(archive.ReadRoot(), path);

        UInt128 bytes = 0;
        foreach (TorchFileTensor tensor in Tensors)
            bytes += (UInt128)tensor.View.Count * (UInt128)tensor.Type.Size();
        if (bytes > (UInt128)(archive.FileLength * MaxExpansion + AlwaysAllowedBytes))
            throw Refused(path, $"its tensors would have {bytes} bytes, out of a file of {archive.FileLength}");
    }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }

    /// <summary>All tensors, in the order of the file.</summary>
    public IReadOnlyList<TorchFileTensor> Tensors { get; }

    /// <summary>Opens a file, reads its description and checks that every tensor lies inside the file.</summary>
    public static TorchFile Open(string path)
    {
        TorchArchive archive = TorchArchive.Open(path);
        try
        {
            return new(path, archive);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>Writes a tensor's numbers in row-major order, little-endian.</summary>
    public void Write(TorchFileTensor tensor, Stream destination)
    {
        PickledStorage storage = tensor.View.Storage;
        if (_lastStorage?.Key != storage.Key)
            _lastStorage = (storage.Key, _archive.Read(storage));
        tensor.View.Write(_lastStorage.Value.Bytes, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    internal static UserException Broken(string path, string what) => new(
        $"this is not a sound file of torch.save: {what}", path, "fetch or save the file again");

    internal static UserException Refused(string path, string what) => new(
        $"this file is not read: {what}",
        path,
        "if you trust it, save its weights alone in Python: torch.save(model.state_dict(), \"weights.pt\")");

    /// <summary>Text of a foreign file, made fit for a terminal.</summary>
    internal static string Printable(string text)
    {
        const int longest = 100;
        string shown = text.Length > longest ? text[..longest] + "…" : text;
        return string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
