using System.Buffers.Binary;
using System.IO.Compression;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>Writes pictures as PNG.</summary>
/// <remarks>ISO/IEC 15948: signature, IHDR, one zlib stream of unfiltered rows in IDAT, IEND.</remarks>
internal static class Png
{
    private const byte Rgb = 2;
    private static readonly uint[] Remainders = [.. Enumerable.Range(0, 256).Select(Remainder)];

    /// <summary>Encodes a picture.</summary>
    /// <param name="pixels">Red, green, blue of every pixel, row by row from the top.</param>
    /// <param name="width">In pixels.</param>
    /// <returns>The file.</returns>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width)
    {
        int rowBytes = 3 * width;
        int height = pixels.Length / rowBytes;
        using MemoryStream rows = new();
        using (ZLibStream zlib = new(rows, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int row = 0; row < height; row++)
            {
                zlib.WriteByte(0); // no filter
                zlib.Write(pixels.Slice(row * rowBytes, rowBytes));
            }
        }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, Rgb);

        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, rows.ToArray());
        WriteChunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] body = [.. kind, .. content];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
            crc = Remainders[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint Remainder(int index)
    {
        uint value = (uint)index;
        for (int bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
        return value;
    }
}
