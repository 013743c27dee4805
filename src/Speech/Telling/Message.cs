using System.Buffers;
using Google.Protobuf;

namespace Kouyin.Speech.Telling;

/// <summary>A protocol buffer message, written field by field: its few kinds need no generated classes.</summary>
internal sealed class Message
{
    private readonly ArrayBufferWriter<byte> _content = new();

    public Message Add(int field, long value) => Add(field, WireFormat.WireType.Varint, to => to.WriteInt64(value));

    public Message Add(int field, double value) => Add(field, WireFormat.WireType.Fixed64, to => to.WriteDouble(value));

    public Message Add(int field, float value) => Add(field, WireFormat.WireType.Fixed32, to => to.WriteFloat(value));

    public Message Add(int field, string text) =>
        Add(field, WireFormat.WireType.LengthDelimited, to => to.WriteString(text));

    public Message Add(int field, byte[] bytes) =>
        Add(field, WireFormat.WireType.LengthDelimited, to => to.WriteBytes(ByteString.CopyFrom(bytes)));

    public Message Add(int field, Message inner) => Add(field, inner.ToArray());

    /// <summary>The message's bytes.</summary>
    public byte[] ToArray() => _content.WrittenSpan.ToArray();

    private Message Add(int field, WireFormat.WireType type, Action<CodedOutputStream> value)
    {
        using MemoryStream bytes = new();
        using (CodedOutputStream to = new(bytes, leaveOpen: true))
        {
            to.WriteTag(field, type);
            value(to);
        }
        _content.Write(bytes.ToArray());
        return this;
    }
}
