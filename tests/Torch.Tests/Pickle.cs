using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Kouyin.Torch.Tests;

/// <summary>Writes pickles opcode by opcode, also those that no sane program would write.</summary>
internal sealed class Pickle
{
    private readonly List<byte> _bytes = [];

    public Pickle() => Raw(0x80, 2);

    public Pickle Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Pickle Op(string opcodes) => Raw(Encoding.Latin1.GetBytes(opcodes));

    public Pickle Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op("X").Raw(length).Raw(utf8);
    }

    public Pickle Number(int number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return Op("J").Raw(bytes);
    }

    public Pickle Tuple(params ReadOnlySpan<int> numbers)
    {
        Op("(");
        foreach (int number in numbers)
            Number(number);
        return Op("t");
    }

    public Pickle Global(string module, string name) => Op($"c{module}\n{name}\n");

    /// <summary>Leaves a tensor of a storage on the stack.</summary>
    public Pickle Tensor(string key, int count, int offset, int[] shape, int[] strides, string type = "FloatStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2").Op("(")
            .Op("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count).Op("tQ")
            .Number(offset).Tuple(shape).Tuple(strides)
            .Raw(0x89).Global("collections", "OrderedDict").Op(")R")
            .Op("tR");

    public byte[] Stop() => Op(".")._bytes.ToArray();

    /// <summary>Packs a pickle and its storages as torch.save does.</summary>
    public static byte[] Zip(byte[] pickle, params (string Key, byte[] Bytes)[] storages)
    {
        using MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "archive/data.pkl", pickle);
            foreach ((string key, byte[] bytes) in storages)
                Add(archive, $"archive/data/{key}", bytes);
            Add(archive, "archive/version", "3\n"u8.ToArray());
        }
        return file.ToArray();
    }

    /// <summary>Packs a pickle and its storages of floats as torch.save did before PyTorch 1.6.</summary>
    public static byte[] Legacy(byte[] pickle, params (string Key, byte[] Bytes)[] storages)
    {
        Pickle order = new Pickle().Op("](");
        foreach ((string key, _) in storages)
            order.Text(key);
        List<byte> file =
        [
            0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.',
            .. new Pickle().Number(1001).Stop(),
            .. new Pickle().Op("}(").Text("little_endian").Raw(0x88).Op("u").Stop(),
            .. pickle,
            .. order.Op("e").Stop(),
        ];
        foreach ((_, byte[] bytes) in storages)
            file.AddRange([.. BitConverter.GetBytes((long)bytes.Length / sizeof(float)), .. bytes]);
        return [.. file];
    }

    private static void Add(ZipArchive archive, string name, byte[] bytes)
    {
        using Stream stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(bytes);
    }
}
