using System.Buffers.Binary;
using System.Text;

namespace Kouyin.Speech.Tests.Telling;

/// <summary>An event as the specification has it, by field number.</summary>
/// <param name="Step">Field 2.</param>
/// <param name="Version">Field 3.</param>
/// <param name="Tag">Field 1 of the summary's value.</param>
/// <param name="Number">Field 2 of the summary's value.</param>
/// <param name="Value">The fields of what the value holds, where it is no number.</param>
/// <param name="Kind">Which field of the value holds it.</param>
/// <param name="SessionStatus">Field 1 of the session log.</param>
internal sealed record ReadEvent(
    long Step, string? Version, string? Tag, float? Number, Dictionary<int, List<object>>? Value, int Kind,
    long? SessionStatus);

/// <summary>
/// Reads TensorBoard's files without anything of what writes them: framing, checksum and protocol buffers anew.
/// </summary>
internal static class EventReader
{
    /// <summary>The events of a file, whose every checksum must agree.</summary>
    public static List<ReadEvent> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        List<ReadEvent> events = [];
        int at = 0;
        while (at < file.Length)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Demand(file.AsSpan(at, 8), file.AsSpan(at + 8, 4));
            Demand(file.AsSpan(at + 12, length), file.AsSpan(at + 12 + length, 4));
            events.Add(Event(file.AsSpan(at + 12, length)));
            at += 16 + length;
        }
        return events;
    }

    /// <summary>The fields of a message: numbers as they lie, bytes for everything longer.</summary>
    public static Dictionary<int, List<object>> Fields(ReadOnlySpan<byte> message)
    {
        Dictionary<int, List<object>> fields = [];
        while (message.Length > 0)
        {
            ulong key = Varint(ref message);
            object value;
            switch (key & 7)
            {
                case 0:
                    value = (long)Varint(ref message);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadDoubleLittleEndian(message);
                    message = message[8..];
                    break;
                case 5:
                    value = BinaryPrimitives.ReadSingleLittleEndian(message);
                    message = message[4..];
                    break;
                case 2:
                    int length = (int)Varint(ref message);
                    value = message[..length].ToArray();
                    message = message[length..];
                    break;
                default:
                    throw new InvalidDataException($"wire type {key & 7}");
            }
            if (!fields.TryGetValue((int)(key >> 3), out List<object>? all))
                fields[(int)(key >> 3)] = all = [];
            all.Add(value);
        }
        return fields;
    }

    public static string Text(object bytes) => Encoding.UTF8.GetString((byte[])bytes);

    /// <summary>CRC-32C bit by bit: polynomial 0x1EDC6F41, reflected.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return crc ^ 0xFFFFFFFF;
    }

    private static ReadEvent Event(ReadOnlySpan<byte> bytes)
    {
        var fields = Fields(bytes);
        long step = fields.TryGetValue(2, out var steps) ? (long)steps[0] : 0;
        string? version = fields.TryGetValue(3, out var versions) ? Text(versions[0]) : null;
        long? status = fields.TryGetValue(7, out var log) ? (long)Fields((byte[])log[0])[1][0] : null;
        if (!fields.TryGetValue(5, out var summary))
            return new(step, version, null, null, null, 0, status);
        var value = Fields((byte[])Fields((byte[])summary[0])[1].Single());
        int kind = new[] { 2, 4, 6, 8 }.Single(value.ContainsKey);
        return kind == 2
            ? new(step, version, Text(value[1][0]), (float)value[2][0], null, kind, status)
            : new(step, version, Text(value[1][0]), null, Fields((byte[])value[kind][0]), kind, status);
    }

    private static void Demand(ReadOnlySpan<byte> data, ReadOnlySpan<byte> stored)
    {
        uint crc = Crc(data), masked = ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
        Assert.Equal(masked, BinaryPrimitives.ReadUInt32LittleEndian(stored));
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
