using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Kouyin.Torch.Tests;

public sealed class TorchFileTests : IDisposable
{
    private static readonly byte[] SixFloats = MemoryMarshal.AsBytes<float>([0, 1, 2, 3, 4, 5]).ToArray();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_are_found_in_nested_dictionaries_and_lists()
    {
        Pickle pickle = new Pickle().Op("}(")
            .Text("generator").Op("}(")
            .Text("conv.weight").Tensor("0", 6, 0, [2, 3], [3, 1])
            .Text("步").Number(7).Op("u")
            .Text("list").Op("](").Tensor("0", 6, 5, [], []).Op("Ne")
            .Op("u");

        using TorchFile file = Open(pickle.Stop(), ("0", SixFloats));

        Assert.Equal(["generator/conv.weight", "list/0"], file.Tensors.Select(t => $"{t.Part}/{t.Name}"));
        Assert.Equal([2L, 3], file.Tensors[0].Shape);
        Assert.Equal([0, 1, 2, 3, 4, 5], Floats(file, 0));
        Assert.Equal([5], Floats(file, 1));
    }

    [Fact]
    public void Transposed_sliced_and_expanded_views_are_written_in_row_major_order()
    {
        Pickle pickle = new Pickle().Op("}(")
            .Text("transposed").Tensor("0", 6, 0, [3, 2], [1, 3])
            .Text("sliced").Tensor("0", 6, 1, [2, 2], [3, 1])
            .Text("expanded").Tensor("0", 6, 2, [2, 2, 1], [1, 0, 9])
            .Text("empty").Tensor("0", 6, 6, [0, 3], [3, 1])
            .Op("u");

        using TorchFile file = Open(pickle.Stop(), ("0", SixFloats));

        Assert.Equal([0, 3, 1, 4, 2, 5], Floats(file, 0));
        Assert.Equal([1, 2, 4, 5], Floats(file, 1));
        Assert.Equal([2, 2, 3, 3], Floats(file, 2));
        Assert.Empty(Floats(file, 3));
    }

    [Fact]
    public void A_large_strided_view_crosses_the_buffer()
    {
        float[] numbers = [.. Enumerable.Range(0, 200_000).Select(i => (float)i)];
        Pickle pickle = new Pickle().Op("}").Text("x").Tensor("0", 200_000, 0, [2, 100_000], [1, 2]).Op("s");

        using TorchFile file = Open(pickle.Stop(), ("0", MemoryMarshal.AsBytes<float>(numbers).ToArray()));

        Assert.Equal([.. numbers.Where(n => n % 2 == 0), .. numbers.Where(n => n % 2 == 1)], Floats(file, 0));
    }

    [Theory]
    [InlineData("DoubleStorage", 8, ElementType.F64)]
    [InlineData("HalfStorage", 2, ElementType.F16)]
    [InlineData("BFloat16Storage", 2, ElementType.BF16)]
    [InlineData("LongStorage", 8, ElementType.I64)]
    [InlineData("IntStorage", 4, ElementType.I32)]
    [InlineData("ShortStorage", 2, ElementType.I16)]
    [InlineData("CharStorage", 1, ElementType.I8)]
    [InlineData("ByteStorage", 1, ElementType.U8)]
    [InlineData("BoolStorage", 1, ElementType.Bool)]
    public void Every_storage_type_is_known(string storage, int size, ElementType expected)
    {
        Pickle pickle = new Pickle().Op("}").Text("x").Tensor("k", 3, 0, [3], [1], storage).Op("s");

        using TorchFile file = Open(pickle.Stop(), ("k", new byte[3 * size]));

        Assert.Equal(expected, file.Tensors[0].Type);
    }

    [SharedFact("fixtures/model_ms.pt")]
    public void The_reference_model_equals_its_safetensors_copy()
    {
        using TorchFile file = TorchFile.Open(Shared.PathOf("fixtures/model_ms.pt"));
        using SafeTensors copy = SafeTensors.Open(Shared.PathOf("fixtures/model_ms.safetensors"));

        Assert.Equal(copy.Entries.Select(e => e.Name).Order(), file.Tensors.Select(t => t.Name).Order());
        foreach (TorchFileTensor tensor in file.Tensors)
        {
            using MemoryStream bytes = new();
            file.Write(tensor, bytes);
            Assert.Equal(copy[tensor.Name].Shape, tensor.Shape);
            Assert.True(copy.Bytes(tensor.Name).SequenceEqual(bytes.ToArray()), tensor.Name);
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = Pickle.Zip(
            new Pickle().Op("}").Text("x").Tensor("0", 6, 0, [6], [1]).Op("s").Stop(), ("0", SixFloats));

        for (int length = 0; length < whole.Length; length++)
        {
            string path = _folder.Write("cut", whole.AsSpan(0, length));
            Assert.Throws<UserException>(() => TorchFile.Open(path));
        }
    }

    [Fact]
    public void A_flipped_bit_in_the_numbers_is_noticed()
    {
        byte[] pickle = new Pickle().Op("}").Text("x").Tensor("0", 6, 0, [6], [1]).Op("s").Stop();
        byte[] whole = Pickle.Zip(pickle, ("0", SixFloats));
        whole[whole.AsSpan().IndexOf(SixFloats) + 4] ^= 1;
        using TorchFile file = TorchFile.Open(_folder.Write("flipped", whole));

        Assert.Contains("checksum", Assert.Throws<UserException>(() => Floats(file, 0)).What);
    }

    [Fact]
    public void A_compressed_entry_is_refused_before_it_is_unpacked()
    {
        string path = _folder["bomb"];
        using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (Stream stream = archive.CreateEntry("a/data.pkl", CompressionLevel.SmallestSize).Open())
            stream.Write(new byte[20 << 20]);

        Assert.Contains("compressed", Assert.Throws<UserException>(() => TorchFile.Open(path)).What);
    }

    [Fact]
    public void Other_kinds_of_files_are_told_apart()
    {
        SafeTensorsWriter writer = new();
        writer.Add<float>("x", [1], [1]);
        writer.Save(_folder["s"]);
        ZipFile.Open(_folder["z"], ZipArchiveMode.Create).Dispose();
        using (ZipArchive archive = ZipFile.Open(_folder["other.zip"], ZipArchiveMode.Create))
            archive.CreateEntry("readme.txt").Open().Dispose();

        Assert.Contains("safetensors", Fault(_folder["s"]));
        Assert.Contains("not begin as one", Fault(_folder.Write("text", "hello"u8)));
        Assert.Contains("not one of torch.save", Fault(_folder["other.zip"]));
        Assert.Contains("not begin as one", Fault(_folder["z"]));
        Assert.Contains("cannot read", Fault(_folder["none"]));
        Assert.Contains("cannot read", Fault(_folder.Path));
    }

    private static string Fault(string path) => Assert.Throws<UserException>(() => TorchFile.Open(path)).What;

    private TorchFile Open(byte[] pickle, params (string Key, byte[] Bytes)[] storages) =>
        TorchFile.Open(_folder.Write("file.pt", Pickle.Zip(pickle, storages)));

    private static float[] Floats(TorchFile file, int tensor)
    {
        using MemoryStream bytes = new();
        file.Write(file.Tensors[tensor], bytes);
        return MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray();
    }
}
