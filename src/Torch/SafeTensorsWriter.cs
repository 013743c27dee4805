using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kouyin.Torch;

/// <summary>Collects tensors and writes them as one safetensors file.</summary>
/// <remarks>
/// The same tensors and metadata give the same bytes, in whatever order they were added: wide types come first, so that
/// each tensor lies aligned to its type, and names decide among equals.
/// </remarks>
public sealed class SafeTensorsWriter
{
    private static readonly JsonWriterOptions HeaderStyle =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Adds a string to the header's <c>__metadata__</c>.</summary>
    public void AddMetadata(string key, string value) => _metadata.Add(key, value);

    /// <summary>Adds a tensor whose bytes are asked for only when the file is written.</summary>
    /// <param name="name">Its name, which no other tensor has.</param>
    /// <param name="type">What its numbers are.</param>
    /// <param name="shape">Its sizes, outermost first.</param>
    /// <param name="write">Writes the numbers in row-major order, little-endian: exactly as many as the shape
    /// says.</param>
    public void Add(string name, ElementType type, IReadOnlyList<long> shape, Action<Stream> write)
    {
        if (name == SafeTensorsHeader.MetadataKey)
            throw new ArgumentException($"a tensor cannot be named {name}", nameof(name));
        long bytes = type.Size();
        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            bytes = checked(bytes * size);
        }
        _entries.Add(name, new(name, type, [.. shape], bytes, write));
    }

    /// <summary>
    /// Adds a tensor that lies in memory; <paramref name="values"/> must not change before the file is written.
    /// </summary>
    public void Add<T>(string name, IReadOnlyList<long> shape, T[] values) where T : unmanaged =>
        Add(name, ElementTypes.Of<T>(), shape, stream => stream.Write(MemoryMarshal.AsBytes<T>(values)));

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Save(string path) => AtomicFile.Write(path, WriteTo);

    private void WriteTo(Stream stream)
    {
        List<Entry> entries = [.. _entries.Values];
        entries.Sort((a, b) => a.Type.Size() != b.Type.Size()
            ? b.Type.Size().CompareTo(a.Type.Size())
            : string.CompareOrdinal(a.Name, b.Name));

        byte[] header = Header(entries);
        Span<byte> length = stackalloc byte[SafeTensorsHeader.LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (Entry entry in entries)
        {
            CountingStream counted = new(stream);
            entry.Write(counted);
            if (counted.Position != entry.ByteCount)
                throw new InvalidOperationException(
                    $"the tensor {entry.Name} wrote {counted.Position} bytes instead of {entry.ByteCount}");
        }
    }

    private byte[] Header(List<Entry> entries)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, HeaderStyle))
        {
            json.WriteStartObject();
            WriteMetadata(json);
            long offset = 0;
            foreach (Entry entry in entries)
            {
                WriteEntry(json, entry, offset);
                offset = checked(offset + entry.ByteCount);
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private void WriteMetadata(Utf8JsonWriter json)
    {
        if (_metadata.Count == 0)
            return;
        json.WriteStartObject(SafeTensorsHeader.MetadataKey);
        foreach ((string key, string value) in _metadata)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, Entry entry, long offset)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", entry.Type.FormatName());
        json.WriteStartArray("shape");
        foreach (long size in entry.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + entry.ByteCount);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private sealed record Entry(string Name, ElementType Type, long[] Shape, long ByteCount, Action<Stream> Write);

    /// <summary>Passes bytes on and counts them.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        private long _written;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _written;

        public override long Position { get => _written; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            _written += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
