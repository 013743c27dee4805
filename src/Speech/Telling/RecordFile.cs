using System.Buffers.Binary;
using System.Numerics;

namespace Kouyin.Speech.Telling;

/// <summary>TensorFlow's files of records: length, its checksum, the record, its checksum.</summary>
/// <remarks>TFRecord: a little-endian uint64, a masked CRC-32C of those 8 bytes, the data, and a masked CRC-32C of
/// it.</remarks>
internal static class RecordFile
{
    private const int HeaderBytes = 12, FooterBytes = 4;

    /// <summary>Appends a record.</summary>
    public static void Append(Stream stream, ReadOnlySpan<byte> record)
    {
        Span<byte> header = stackalloc byte[HeaderBytes], footer = stackalloc byte[FooterBytes];
        BinaryPrimitives.WriteInt64LittleEndian(header, record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], MaskedCrc(header[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(footer, MaskedCrc(record));
        stream.Write(header);
        stream.Write(record);
        stream.Write(footer);
    }

    /// <summary>The whole and undamaged records at a file's beginning, with where each ends.</summary>
    public static IEnumerable<(byte[] Record, long End)> Read(Stream stream)
    {
        byte[] header = new byte[HeaderBytes], footer = new byte[FooterBytes];
        while (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes
            && Checksum(header.AsSpan(8)) == MaskedCrc(header.AsSpan(0, 8)))
        {
            long length = BinaryPrimitives.ReadInt64LittleEndian(header);
            if (length < 0 || length > stream.Length - stream.Position - FooterBytes)
                yield break;
            byte[] record = new byte[length];
            stream.ReadExactly(record);
            stream.ReadExactly(footer);
            if (Checksum(footer) != MaskedCrc(record))
                yield break;
            yield return (record, stream.Position);
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
