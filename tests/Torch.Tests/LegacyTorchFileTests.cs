using System.Runtime.InteropServices;

namespace Kouyin.Torch.Tests;

public sealed class LegacyTorchFileTests : IDisposable
{
    private static readonly byte[] Three = MemoryMarshal.AsBytes<float>([7, 8, 9]).ToArray();
    private static readonly byte[] Two = MemoryMarshal.AsBytes<float>([5, 6]).ToArray();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_are_found_behind_the_five_pickles()
    {
        string path = _folder.Write("old.pt", Pickle.Legacy(TwoTensors(), ("b", Two), ("a", Three)));

        using TorchFile file = TorchFile.Open(path);

        Assert.Equal(["first", "second"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([7, 8, 9], Floats(file, 0));
        Assert.Equal([6], Floats(file, 1));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = Pickle.Legacy(TwoTensors(), ("a", Three), ("b", Two));

        for (int length = 0; length < whole.Length; length++)
        {
            string path = _folder.Write("cut", whole.AsSpan(0, length));
            Assert.Throws<UserException>(() => TorchFile.Open(path));
        }
    }

    [Fact]
    public void A_storage_that_is_missing_repeated_or_of_another_size_is_refused()
    {
        Refused("are missing", Pickle.Legacy(TwoTensors(), ("a", Three)));
        Refused("nothing uses", Pickle.Legacy(TwoTensors(), ("a", Three), ("b", Two), ("c", Two)));
        Refused("another size", Pickle.Legacy(TwoTensors(), ("a", Two), ("b", Two)));
    }

    [Fact]
    public void A_storage_announced_in_two_ways_is_refused()
    {
        Pickle pickle = new Pickle().Op("}(")
            .Text("x").Tensor("a", 3, 0, [1], [1]).Text("y").Tensor("a", 2, 0, [1], [1]).Op("u");

        Refused("in two ways", Pickle.Legacy(pickle.Stop(), ("a", Three)));
    }

    [Fact]
    public void An_impossible_count_is_refused() =>
        Refused("2 GiB", Pickle.Legacy(
            new Pickle().Op("}").Text("x").Tensor("a", int.MaxValue, 0, [1], [1]).Op("s").Stop(), ("a", Three)));

    [Fact]
    public void A_hostile_global_is_refused() =>
        Refused("«posix.system»", Pickle.Legacy(new Pickle().Global("posix", "system").Stop()));

    private static byte[] TwoTensors() => new Pickle().Op("}(")
        .Text("first").Tensor("a", 3, 0, [3], [1])
        .Text("second").Tensor("b", 2, 1, [1], [1]).Op("u").Stop();

    private void Refused(string fault, byte[] content)
    {
        string path = _folder.Write("old.pt", content);

        Assert.Contains(fault, Assert.Throws<UserException>(() => TorchFile.Open(path)).What, StringComparison.Ordinal);
    }

    private static float[] Floats(TorchFile file, int tensor)
    {
        using MemoryStream bytes = new();
        file.Write(file.Tensors[tensor], bytes);
        return MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray();
    }
}
