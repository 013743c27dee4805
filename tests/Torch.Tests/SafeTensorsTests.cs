using System.Buffers.Binary;
using System.Text;

namespace Kouyin.Torch.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_type_survives_the_round_trip()
    {
        SafeTensorsWriter writer = new();
        writer.Add<double>("f64", [2], [1.5, double.NaN]);
        writer.Add<float>("f32", [1, 3], [-0f, 1, float.MaxValue]);
        writer.Add<Half>("f16", [2], [(Half)0.5, Half.Epsilon]);
        writer.Add("bf16", ElementType.BF16, [2], stream => stream.Write([0x80, 0x3f, 0, 0x40]));
        writer.Add<long>("i64", [], [long.MinValue]);
        writer.Add<int>("i32", [2], [1, -2]);
        writer.Add<short>("i16", [1], [-300]);
        writer.Add<sbyte>("i8", [3], [-1, 0, 1]);
        writer.Add<byte>("u8", [0, 4], []);
        writer.Add<bool>("bool", [2], [true, false]);
        writer.AddMetadata("说明", "口音 \"quoted\" \n");
        writer.Save(_folder["all"]);

        using SafeTensors read = SafeTensors.Open(_folder["all"]);

        Assert.Equal([1.5, double.NaN], read.Values<double>("f64").ToArray());
        Assert.Equal([-0f, 1, float.MaxValue], read.Values<float>("f32").ToArray());
        Assert.Equal([1L, 3], read["f32"].Shape);
        Assert.Equal([(Half)0.5, Half.Epsilon], read.Values<Half>("f16").ToArray());
        Assert.Equal([0x80, 0x3f, 0, 0x40], read.Bytes("bf16").ToArray());
        Assert.Equal([long.MinValue], read.Values<long>("i64").ToArray());
        Assert.Empty(read["i64"].Shape);
        Assert.Equal([1, -2], read.Values<int>("i32").ToArray());
        Assert.Equal([-300], read.Values<short>("i16").ToArray());
        Assert.Equal([-1, 0, 1], read.Values<sbyte>("i8").ToArray());
        Assert.Equal([0L, 4], read["u8"].Shape);
        Assert.Equal([true, false], read.Values<bool>("bool").ToArray());
        Assert.Equal("口音 \"quoted\" \n", read.Metadata["说明"]);
        Assert.Equal(10, read.Entries.Count);
    }

    [Fact]
    public void The_order_of_adding_does_not_change_the_bytes()
    {
        SafeTensorsWriter one = new(), other = new();
        one.Add<float>("b", [1], [2]);
        one.Add<byte>("c", [3], [1, 2, 3]);
        one.Add<float>("a", [2], [0, 1]);
        one.AddMetadata("x", "1");
        one.AddMetadata("y", "2");
        other.AddMetadata("y", "2");
        other.AddMetadata("x", "1");
        other.Add<byte>("c", [3], [1, 2, 3]);
        other.Add<float>("a", [2], [0, 1]);
        other.Add<float>("b", [1], [2]);

        one.Save(_folder["one"]);
        other.Save(_folder["other"]);

        Assert.Equal(File.ReadAllBytes(_folder["one"]), File.ReadAllBytes(_folder["other"]));
    }

    [Fact]
    public void Tensors_lie_aligned_to_their_type()
    {
        SafeTensorsWriter writer = new();
        writer.Add<byte>("a", [3], [1, 2, 3]);
        writer.Add<double>("b", [1], [1]);
        writer.Add<short>("c", [1], [1]);
        writer.Save(_folder["f"]);

        using SafeTensors read = SafeTensors.Open(_folder["f"]);

        Assert.All(read.Entries, entry => Assert.Equal(0, entry.Offset % entry.Type.Size()));
    }

    [Fact]
    public void An_empty_file_of_tensors_is_sound()
    {
        new SafeTensorsWriter().Save(_folder["none"]);

        using SafeTensors read = SafeTensors.Open(_folder["none"]);

        Assert.Empty(read.Entries);
        Assert.Empty(read.Metadata);
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file_and_nothing_else()
    {
        _folder.Write("f", "old"u8);
        SafeTensorsWriter writer = new();
        writer.Add("x", ElementType.F32, [2], stream => stream.Write([1, 2, 3]));

        Assert.Throws<InvalidOperationException>(() => writer.Save(_folder["f"]));

        Assert.Equal("old", File.ReadAllText(_folder["f"]));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named()
    {
        SafeTensorsWriter writer = new();

        Assert.Contains("mkdir", Assert.Throws<UserException>(() => writer.Save(_folder["no/such/f"])).Fix);
        Assert.Contains("folder", Assert.Throws<UserException>(() => writer.Save(_folder.Path)).What);
    }

    [Fact]
    public void Saving_through_a_link_keeps_the_link()
    {
        _folder.Write("target", "old"u8);
        File.CreateSymbolicLink(_folder["link"], _folder["target"]);

        new SafeTensorsWriter().Save(_folder["link"]);

        Assert.NotNull(new FileInfo(_folder["link"]).LinkTarget);
        SafeTensors.Open(_folder["target"]).Dispose();
    }

    [Fact]
    public void A_missing_tensor_and_a_wrong_type_are_named()
    {
        SafeTensorsWriter writer = new();
        writer.Add<int>("x", [1], [1]);
        writer.Save(_folder["f"]);
        using SafeTensors read = SafeTensors.Open(_folder["f"]);

        Assert.Contains("«y»", Assert.Throws<UserException>(() => read.Bytes("y").Length).What);
        Assert.Contains("I32 where F32", Assert.Throws<UserException>(() => read.Values<float>("x").Length).What);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal(_folder["no"], Assert.Throws<UserException>(() => SafeTensors.Open(_folder["no"])).Where);

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("{\"a\":", "is not JSON")]
    [InlineData("{\"\\ud800\":{}}", "is not JSON")]
    [InlineData("{\"a\":1}", "lacks dtype")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", "lacks dtype")]
    [InlineData("{\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}}", "unknown type C64")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "not a whole number")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", "not a whole number")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", "not a list")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", "not a begin and an end")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "needs 8 bytes but has 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "cut off")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "leaves a gap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "4 bytes follow")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "not a string")]
    [InlineData("{\"__metadata__\":[]}", "not an object of strings")]
    [InlineData("{\"a\":{},\"a\":{}}", "is not JSON")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807,9223372036854775807,9223372036854775807,4],"
        + "\"data_offsets\":[0,0]}}", "needs")]
    public void A_broken_header_is_refused_with_its_fault(string header, string fault)
    {
        string path = Write(header, dataBytes: 8);

        UserException error = Assert.Throws<UserException>(() => SafeTensors.Open(path));

        Assert.Contains(fault, error.What);
        Assert.Equal(path, error.Where);
    }

    [Fact]
    public void Overlapping_tensors_are_refused()
    {
        string path = Write("""
            {"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}
            """, dataBytes: 8);

        Assert.Contains("«b» overlaps", Assert.Throws<UserException>(() => SafeTensors.Open(path)).What);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        SafeTensorsWriter writer = new();
        writer.Add<float>("x", [4], [1, 2, 3, 4]);
        writer.Save(_folder["whole"]);
        byte[] whole = File.ReadAllBytes(_folder["whole"]);

        for (int length = 0; length < whole.Length; length++)
        {
            string path = _folder.Write("cut", whole.AsSpan(0, length));
            Assert.Throws<UserException>(() => SafeTensors.Open(path));
        }
    }

    [Fact]
    public void Other_kinds_of_files_are_refused()
    {
        string zip = _folder.Write("zip", "PK\u0003\u0004 and so on"u8);
        string huge = _folder.Write("huge", [255, 255, 255, 255, 255, 255, 255, 255, 1]);

        Assert.Contains("first eight bytes", Assert.Throws<UserException>(() => SafeTensors.Open(zip)).What);
        Assert.Contains("first eight bytes", Assert.Throws<UserException>(() => SafeTensors.Open(huge)).What);
        Assert.Throws<UserException>(() => SafeTensors.Open(_folder.Path));
    }

    [SharedFact("fixtures/model_ms.safetensors")]
    public void A_file_of_the_reference_library_is_read()
    {
        using SafeTensors read = SafeTensors.Open(Shared.PathOf("fixtures/model_ms.safetensors"));

        Assert.Equal("5", read.Metadata["n_spks"]);
        Assert.Equal([5L, 16], read["spk_emb.weight"].Shape);
        Assert.Equal(80, read.Values<float>("spk_emb.weight").Length);
    }

    private string Write(string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file.AsSpan(8));
        return _folder.Write("broken", file);
    }
}
