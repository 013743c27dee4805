namespace Kouyin.Torch.Tests;

public sealed class HostilePickleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("torch", "load")]
    [InlineData("torch.nn.modules.linear", "Linear")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    public void A_foreign_global_is_refused_by_name(string module, string name)
    {
        Pickle pickle = new Pickle().Global(module, name).Op("(").Text("touch /tmp/pwned").Op("tR");

        UserException error = Refusal(pickle);

        Assert.Contains($"«{module}.{name}»", error.What);
        Assert.Contains("state_dict", error.Fix);
    }

    [Fact]
    public void A_global_named_through_the_stack_is_refused_too() =>
        Assert.Contains("«os.system»", Refusal(new Pickle().Text("os").Text("system").Raw(0x93)).What);

    [Fact]
    public void A_name_cannot_write_to_the_terminal() =>
        Assert.DoesNotContain('\e', Refusal(new Pickle().Global("os\e[2J", "system")).What);

    [Theory]
    [InlineData("o")]
    [InlineData("i")]
    [InlineData("P")]
    [InlineData("\x81")]
    [InlineData("\x92")]
    [InlineData("\x82")]
    [InlineData("\x97")]
    [InlineData("I")]
    public void An_opcode_that_torch_does_not_write_is_refused(string opcode) =>
        Assert.Contains("opcode", Refusal(new Pickle().Op(opcode)).What);

    [Theory]
    [InlineData("R")]
    [InlineData("t")]
    [InlineData("0")]
    [InlineData("NNR")]
    [InlineData("N(0")]
    [InlineData("Na")]
    [InlineData("NNa")]
    [InlineData("}(Nu")]
    [InlineData("NNs")]
    [InlineData("NQ")]
    [InlineData("h\x05")]
    [InlineData("j\xff\xff\xff\xff")]
    [InlineData("NN")]
    [InlineData("(N")]
    [InlineData("X\xff\xff\xff\x7f")]
    [InlineData("\x8d\xff\xff\xff\xff\xff\xff\xff\xff")]
    [InlineData("X\x02\x00\x00\x00\xff\xff")]
    [InlineData("cno newline")]
    [InlineData("ccollections\nOrderedDict\nN\x85R")]
    public void Nonsense_is_refused(string opcodes) => Refusal(new Pickle().Op(opcodes));

    [Theory]
    [InlineData(6, 0, new[] { 7 }, new[] { 1 })]
    [InlineData(6, 1, new[] { 6 }, new[] { 1 })]
    [InlineData(6, -1, new[] { 1 }, new[] { 1 })]
    [InlineData(6, 0, new[] { -1 }, new[] { 1 })]
    [InlineData(6, 0, new[] { 2 }, new[] { -1 })]
    [InlineData(6, 5, new[] { 2, 2 }, new[] { 0, 1 })]
    [InlineData(6, 0, new[] { 2 }, new[] { int.MaxValue })]
    [InlineData(6, 0, new[] { 1, 2 }, new[] { 1 })]
    [InlineData(7, 0, new[] { 1 }, new[] { 1 })]
    [InlineData(-6, 0, new[] { 1 }, new[] { 1 })]
    public void A_tensor_outside_its_storage_is_refused(int count, int offset, int[] shape, int[] strides) =>
        Refusal(new Pickle().Tensor("0", count, offset, shape, strides));

    [Fact]
    public void A_missing_storage_is_named() =>
        Assert.Contains("«9»", Refusal(new Pickle().Tensor("9", 1, 0, [1], [1])).What);

    [Fact]
    public void A_tensor_that_repeats_one_number_a_billion_times_is_refused() =>
        Assert.Contains("bytes, out of a file of", Refusal(
            new Pickle().Op("}").Text("x").Tensor("0", 6, 0, [1 << 20, 1 << 10], [0, 0]).Op("s")).What);

    [Fact]
    public void Sizes_whose_product_overflows_are_refused()
    {
        int[] huge = [.. Enumerable.Repeat(int.MaxValue, 9)];

        Refusal(new Pickle().Tensor("0", 6, 0, huge, [.. huge.Select(_ => 0)]));
    }

    [Fact]
    public void Dictionaries_that_double_at_each_level_are_refused()
    {
        Pickle pickle = new Pickle().Op("}q").Raw(0);
        for (byte level = 0; level < 60; level++)
            pickle.Op("}(").Text("a").Op("h").Raw(level).Text("b").Op("h").Raw(level).Op("uq").Raw((byte)(level + 1));
        pickle.Op("(").Op("1");

        Assert.Contains("nested", Refusal(Collapse(pickle, 61)).What);
    }

    [Fact]
    public void Fifteen_levels_of_ten_are_refused_though_none_is_deep()
    {
        Pickle pickle = new Pickle().Op("}q").Raw(0);
        for (byte level = 0; level < 14; level++)
        {
            pickle.Op("}(");
            for (int i = 0; i < 10; i++)
                pickle.Text($"{i}").Op("h").Raw(level);
            pickle.Op("uq").Raw((byte)(level + 1));
        }

        Assert.Contains("nested", Refusal(Collapse(pickle, 15)).What);
    }

    [Fact]
    public void A_list_in_itself_is_refused() =>
        Assert.Contains("nested", Refusal(new Pickle().Op("]q").Raw(0).Op("h").Raw(0).Op("a")).What);

    [Fact]
    public void A_pickle_of_endless_steps_is_refused()
    {
        Pickle pickle = new Pickle().Op("N");
        pickle.Op(string.Concat(Enumerable.Repeat("2", 1_100_000)));

        Assert.Contains("steps", Refusal(pickle).What);
    }

    [Fact]
    public void An_attribute_of_anything_but_an_ordered_dictionary_is_refused() =>
        Assert.Contains("attributes", Refusal(new Pickle().Op("]}b")).What);

    [Fact]
    public void Two_tensors_of_one_name_are_refused()
    {
        Pickle pickle = new Pickle().Op("}(")
            .Text("x").Tensor("0", 6, 0, [1], [1]).Text("x").Tensor("0", 6, 0, [1], [1]).Op("u");

        Assert.Contains("two tensors «x»", Refusal(pickle).What);
    }

    [Fact]
    public void Random_damage_never_escapes_as_another_exception()
    {
        byte[] sound = new Pickle().Op("}(").Text("weight").Tensor("0", 6, 0, [2, 3], [3, 1]).Op("u").Stop();
        Random random = new(20261122);
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] damaged = [.. sound];
            for (int i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                Open(damaged).Dispose();
            }
            catch (UserException)
            {
                continue;
            }
        }
    }

    // Leaves only the last of the values on the stack: a dictionary keeps it.
    private static Pickle Collapse(Pickle pickle, byte values) =>
        pickle.Op(string.Concat(Enumerable.Repeat("0", values))).Op("h").Raw((byte)(values - 1));

    private UserException Refusal(Pickle pickle)
    {
        byte[] bytes = pickle.Stop();
        return Assert.Throws<UserException>(() => Open(bytes));
    }

    private TorchFile Open(byte[] pickle) =>
        TorchFile.Open(_folder.Write("file.pt", Pickle.Zip(pickle, ("0", new byte[24]))));
}
