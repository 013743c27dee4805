using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Kouyin.Torch;

/// <summary>The header of a safetensors file, read and checked against the file's length.</summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>Bytes of the number in front of the header.</summary>
    public const int LengthBytes = 8;

    /// <summary>The key of the header that holds strings instead of a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    // The reference implementation's limit: a header larger than this is an attack or an accident.
    private const long MaxHeaderBytes = 100_000_000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly string _path;
    private readonly long _dataStart;
    private readonly long _fileLength;
    private readonly Dictionary<string, string> _metadata = [];
    private readonly List<SafeTensor> _entries = [];

    private SafeTensorsHeader(string path, long dataStart, long fileLength)
    {
        _path = path;
        _dataStart = dataStart;
        _fileLength = fileLength;
    }

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    public IReadOnlyList<SafeTensor> Entries => _entries;

    public static unsafe SafeTensorsHeader Read(string path, byte* file, long fileLength)
    {
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(new(file, LengthBytes));
        if (headerLength > MaxHeaderBytes)
            throw Broken(path, "the first eight bytes are not the length of a header");
        if ((long)headerLength > fileLength - LengthBytes)
            throw Broken(path, $"the header should have {headerLength} bytes, but the file ends before: it is cut off");

        SafeTensorsHeader header = new(path, LengthBytes + (long)headerLength, fileLength);
        header.Parse(new(file + LengthBytes, (int)headerLength));
        header.CheckLayout();
        return header;
    }

    public static UserException Broken(string path, string what) => new(
        $"this is not a sound safetensors file: {what}", path,
        "fetch or write the file again; it may be cut off or of another kind");

    private void Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            if (!Utf8.IsValid(json))
                throw Broken(_path, "the header is not UTF-8");
            using JsonDocument document = JsonDocument.Parse(json.ToArray(), Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Broken(_path, "the header is not a JSON object");
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
                if (property.NameEquals(MetadataKey))
                    ReadMetadata(property.Value);
                else
                    _entries.Add(ReadEntry(property.Name, property.Value));
        }
        // InvalidOperationException: a string with half a surrogate pair.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Broken(_path, $"the header is not JSON ({e.Message})");
        }
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Broken(_path, $"{MetadataKey} is not an object of strings");
        foreach (JsonProperty property in value.EnumerateObject())
            _metadata.Add(property.Name, property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw Broken(_path, $"{MetadataKey} «{property.Name}» is not a string"));
    }

    private SafeTensor ReadEntry(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 3
            || !value.TryGetProperty("dtype", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out JsonElement sizes)
            || !value.TryGetProperty("data_offsets", out JsonElement offsets))
            throw Broken(_path, $"the tensor «{name}» lacks dtype, shape or data_offsets, or has something besides");
        ElementType elementType = ElementTypes.FromFormatName(type.GetString())
            ?? throw Broken(_path, $"the tensor «{name}» is of the unknown type {type.GetString()}");

        long[] shape = Numbers(name, "shape", sizes);
        long[] range = Numbers(name, "data_offsets", offsets);
        if (range is not [long begin, long end] || begin > end)
            throw Broken(_path, $"the data_offsets of «{name}» are not a begin and an end");
        if (Bytes(shape, elementType) != (UInt128)(end - begin))
            throw Broken(_path, $"the tensor «{name}» [{string.Join(", ", shape)}] of {elementType.FormatName()} "
                + $"needs {Bytes(shape, elementType)} bytes but has {end - begin}");
        if (end > _fileLength - _dataStart)
            throw Broken(_path, $"the tensor «{name}» ends at byte {end} of the data, but there are only "
                + $"{_fileLength - _dataStart}: the file is cut off");
        return new(name, elementType, shape, _dataStart + begin, end - begin);
    }

    private long[] Numbers(string name, string field, JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw Broken(_path, $"the {field} of «{name}» is not a list");
        long[] numbers = new long[list.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
            if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetInt64(out numbers[i]) || numbers[i] < 0)
                throw Broken(_path, $"the {field} of «{name}» holds {list[i]}, which is not a whole number from 0");
        return numbers;
    }

    // Saturates where the true product would overflow: no file has that many bytes.
    private static UInt128 Bytes(long[] shape, ElementType type)
    {
        UInt128 bytes = (UInt128)type.Size();
        foreach (long size in shape)
            if (size == 0)
                return 0;
            else if (bytes < ulong.MaxValue)
                bytes *= (UInt128)size;
        return bytes;
    }

    /// <summary>The tensors' bytes must follow each other without gap or overlap up to the end of the file.</summary>
    private void CheckLayout()
    {
        _entries.Sort((a, b) => (a.Offset, a.ByteCount).CompareTo((b.Offset, b.ByteCount)));
        long end = _dataStart;
        foreach (SafeTensor entry in _entries)
        {
            if (entry.Offset != end)
                throw Broken(_path, $"the tensor «{entry.Name}» "
                    + (entry.Offset < end ? "overlaps the one before it" : "leaves a gap before it"));
            end = entry.Offset + entry.ByteCount;
        }
        if (end != _fileLength)
            throw Broken(_path, $"{_fileLength - end} bytes follow the last tensor");
    }
}
