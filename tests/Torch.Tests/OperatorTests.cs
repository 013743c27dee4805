namespace Kouyin.Torch.Tests;

public sealed class OperatorTests
{
    private static readonly Operator Add = new("aten::add", "Tensor");
    private static readonly Operator Sum = new("aten::sum", "dim_IntList");
    private static readonly Operator Clamp = new("aten::clamp");
    private static readonly Operator Rand = new("aten::rand", "generator");
    private static readonly Operator Cat = new("aten::cat");
    private static readonly Operator Gelu = new("aten::gelu");
    private static readonly Operator Normal = new("aten::normal", "float_float");

    [Fact]
    public void Trailing_arguments_take_the_schemas_defaults()
    {
        using TensorScope scope = new();

        Numbers.Close([11, 22], Add.Call(Row(1, 2), Row(10, 20)));
    }

    [Fact]
    public void A_default_in_the_middle_can_be_asked_for()
    {
        using TensorScope scope = new();

        Numbers.Close([3], Sum.Call(Row(1, 2), new long[] { 0 }, true, Arg.Default));
        Assert.Equal([1L], Sum.Call(Row(1, 2), new long[] { 0 }, true, Arg.Default).Shape);
    }

    [Fact]
    public void None_leaves_out_an_optional_number()
    {
        using TensorScope scope = new();

        Numbers.Close([-5, 1.5], Clamp.Call(Row(-5, 3), Arg.None, 1.5));
    }

    [Fact]
    public void An_integer_serves_where_a_real_number_is_wanted()
    {
        using TensorScope scope = new();
        using Generator random = new(1);

        Numbers.Close([7, 7, 7], Normal.Call(7, 0, new long[] { 3 }, random));
    }

    [Fact]
    public void Texts_choose_a_variant()
    {
        using TensorScope scope = new();
        double x = 0.7, inner = Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);

        Numbers.Close([0.5 * x * (1 + Math.Tanh(inner))], Gelu.Call(Row((float)x), "tanh"));
    }

    [Fact]
    public void Lists_of_tensors_go_in_and_come_out()
    {
        using TensorScope scope = new();

        Tensor?[] doubled = new Operator("aten::_foreach_mul", "Scalar").CallMany(
            2, new Tensor[] { Row(1, 2), Row(3) }, 2.0);

        Numbers.Close([2, 4], doubled[0]!);
        Numbers.Close([6], doubled[1]!);
    }

    [Fact]
    public void A_list_may_hold_an_undefined_tensor_where_the_schema_allows_it()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3);

        Tensor picked = new Operator("aten::index", "Tensor").Call(
            x, new Tensor?[] { null, Tensor.From<long>([2, 0], 2) });

        Numbers.Close([3, 1, 6, 4], picked);
    }

    [Fact]
    public void Lists_of_numbers_and_of_truth_values_arrive()
    {
        using TensorScope scope = new();
        Operator scaled = new("aten::_foreach_mul", "ScalarList");
        Tensor x = Row(1, 2), weight = Tensor.From<float>([3], 1, 1, 1), gradient = Tensor.From<float>([5, 7], 1, 1, 2);
        Operator backward = new("aten::convolution_backward");

        Tensor?[] products = scaled.CallMany(2, new Tensor[] { x, x }, new double[] { 0.5, 4 });
        Tensor?[] gradients = backward.CallMany(
            3, gradient, x.View(1, 1, 2), weight, new long[] { 1 }, new long[] { 1 }, new long[] { 0 },
            new long[] { 1 }, false, new long[] { 0 }, 1, new bool[] { true, false, true });

        Numbers.Close([0.5, 1], products[0]!);
        Numbers.Close([4, 8], products[1]!);
        Numbers.Close([15, 21], gradients[0]!);
        Assert.Null(gradients[1]);
        Numbers.Close([12], gradients[2]!);
    }

    [Fact]
    public void A_device_and_a_kind_of_number_arrive()
    {
        using TensorScope scope = new();

        Tensor x = new Operator("aten::full").Call(new long[] { 2 }, 3.0, DType.Int64, Arg.None, Device.Cpu);

        Assert.Equal(DType.Int64, x.DType);
        Assert.Equal(Device.Cpu, x.Device);
        Assert.Equal([3L, 3], x.ToArray<long>());
    }

    public static TheoryData<string, Func<Tensor>, string> WrongArguments => new()
    {
        { "a number for a tensor", () => Add.Call(1.0, Row(1)), "'self' cannot be a real number" },
        { "an integer for a tensor", () => Add.Call(Row(1), 1), "'other' cannot be an integer" },
        { "none for a tensor", () => Add.Call(Row(1), Arg.None), "'other' cannot be none" },
        { "a text for a tensor", () => Add.Call("x", Row(1)), "'self' cannot be a text" },
        { "a generator for a tensor", () => Add.Call(new Generator(1), Row(1)), "'self' cannot be a generator" },
        { "a device for a tensor", () => Add.Call(Device.Cpu, Row(1)), "'self' cannot be a device" },
        { "tensors for a tensor", () => Add.Call(new[] { Row(1) }, Row(1)), "'self' cannot be a list of tensors" },
        { "nothing for a tensor", () => Add.Call(Row(1)), "'other' cannot be left out" },
        { "a tensor for a number", () => Clamp.Call(Row(1), Row(1)), "'min' cannot be a tensor" },
        { "reals for integers", () => Sum.Call(Row(1), new[] { 0.5 }), "'dim' cannot be a list of real numbers" },
        { "truths for integers", () => Sum.Call(Row(1), new[] { true }), "'dim' cannot be a list of truth values" },
        { "an integer for a list", () => Sum.Call(Row(1), 0), "'dim' cannot be an integer" },
        { "integers for a truth", () => Sum.Call(Row(1), Arg.None, new[] { 1L }), "'keepdim' cannot be a list of int" },
        { "a real for a truth", () => Sum.Call(Row(1), Arg.None, 1.0), "'keepdim' cannot be a real number" },
        { "a truth for a generator", () => Rand.Call(new long[] { 1 }, true), "'generator' cannot be a truth value" },
        { "integers for tensors", () => Cat.Call(new[] { 1L }), "'tensors' cannot be a list of integers" },
        { "null among tensors", () => Cat.Call(new Tensor?[] { null }), "'tensors' cannot be a list with" },
        { "one too many", () => new Operator("aten::relu").Call(Row(1), 1), "too many arguments for aten::relu" },
    };

    [Theory]
    [MemberData(nameof(WrongArguments))]
    public void A_wrong_argument_is_named(string what, Func<Tensor> call, string message)
    {
        using TensorScope scope = new();

        TorchException e = Assert.Throws<TorchException>(call);

        Assert.True(e.Message.Contains(message, StringComparison.Ordinal), $"{what}: {e.Message}");
        Assert.DoesNotContain("INTERNAL ASSERT", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_operator_itself_refuses_comes_in_libtorchs_words()
    {
        using TensorScope scope = new();

        TorchException e = Assert.Throws<TorchException>(() => Row(1, 2) + Row(1, 2, 3));

        Assert.Contains("must match the size of tensor b (3)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_operator_is_named()
    {
        using TensorScope scope = new();

        TorchException e = Assert.Throws<TorchException>(() => new Operator("aten::no_such_thing").Run());

        Assert.Contains("aten::no_such_thing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_results_than_expected_are_an_error_that_leaks_nothing()
    {
        using TensorScope scope = new();
        Tensor x = Row(1, 2, 3, 4);
        long before = Engine.LiveTensors;

        TorchException e = Assert.Throws<TorchException>(
            () => new Operator("aten::chunk").CallMany(2, x, 4));

        Assert.Contains("more than 2 results", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void Fewer_results_than_expected_are_an_error()
    {
        using TensorScope scope = new();

        TorchException e = Assert.Throws<TorchException>(() => Tensor.Zeros([6]).Chunk(4, 0));

        Assert.Contains("returned 3 results, but 4 were expected", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_is_no_tensor_is_an_error()
    {
        using TensorScope scope = new();

        Assert.Throws<TorchException>(() => new Operator("aten::size", "int").Call(Row(1), 0));
    }

    private static Tensor Row(params float[] values) => Tensor.From<float>(values, values.Length);
}
