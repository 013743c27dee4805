namespace Kouyin.Torch.Tests;

public sealed class TensorShapeTests
{
    [Fact]
    public void Sizes_are_those_given()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Zeros([2, 3, 5]);

        Assert.Equal([2L, 3, 5], x.Shape);
        Assert.Equal(3, x.Rank);
        Assert.Equal(30, x.Count);
        Assert.Equal(5, x.Size(-1));
        Assert.Equal(2, x.Size(0));
        Assert.Equal((2, 3, 5), x.Sizes3("[B, T, C]"));
        Assert.Equal((6, 5), x.View(6, -1).Sizes2("[N, C]"));
        Assert.Equal((1, 2, 3, 5), x.Unsqueeze(0).Sizes4("[1, B, T, C]"));
        Assert.Equal(1, Tensor.Scalar(4).Count);
    }

    [Fact]
    public void A_wrong_number_of_dimensions_names_both_shapes()
    {
        using TensorScope scope = new();

        ArgumentException e = Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 7]).Sizes3("[B, T, C]"));

        Assert.Contains("should be [B, T, C], but is [2, 7]", e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, Tensor>, long[], float[]> Rearrangements => new()
    {
        { "view", x => x.View(3, 2), [3, 2], [0, 1, 2, 3, 4, 5] },
        { "reshape", x => x.Transpose(0, 1).Reshape(6), [6], [0, 3, 1, 4, 2, 5] },
        { "permute", x => x.Permute(1, 0), [3, 2], [0, 3, 1, 4, 2, 5] },
        { "transpose", x => x.Transpose(0, 1), [3, 2], [0, 3, 1, 4, 2, 5] },
        { "unsqueeze", x => x.Unsqueeze(1), [2, 1, 3], [0, 1, 2, 3, 4, 5] },
        { "squeeze", x => x.Unsqueeze(1).Squeeze(1), [2, 3], [0, 1, 2, 3, 4, 5] },
        { "expand", x => x.Slice(0, 1).Expand(2, -1), [2, 3], [3, 4, 5, 3, 4, 5] },
        { "slice", x => x.Slice(1, 1), [2, 2], [1, 2, 4, 5] },
        { "slice, stepped", x => x.Slice(1, 0, 3, 2), [2, 2], [0, 2, 3, 5] },
        { "slice from the end", x => x.Slice(1, -1), [2, 1], [2, 5] },
        { "select", x => x.Select(1, 2), [2], [2, 5] },
        { "contiguous", x => x.Transpose(0, 1).Contiguous(), [3, 2], [0, 3, 1, 4, 2, 5] },
        { "pad", x => x.Pad([1, 0, 0, 1], 9), [3, 4], [9, 0, 1, 2, 9, 3, 4, 5, 9, 9, 9, 9] },
        { "gather", x => x.Gather(1, Tensor.From<long>([2, 0], 2, 1)), [2, 1], [2, 3] },
        { "index select", x => x.IndexSelect(1, Tensor.From<long>([2, 2, 0], 3)), [2, 3], [2, 2, 0, 5, 5, 3] },
        { "repeat", x => x.RepeatInterleave(2, 0), [4, 3], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5] },
        { "chunk", x => x.Chunk(3, 1)[1], [2, 1], [1, 4] },
        { "cat", x => Tensor.Cat(1, x, x.Slice(1, 2)), [2, 4], [0, 1, 2, 2, 3, 4, 5, 5] },
        { "stack", x => Tensor.Stack(1, x.Select(1, 0), x.Select(1, 2)), [2, 2], [0, 2, 3, 5] },
    };

    [Theory]
    [MemberData(nameof(Rearrangements))]
    public void Numbers_go_where_they_should(string name, Func<Tensor, Tensor> move, long[] shape, float[] expected)
    {
        using TensorScope scope = new();

        Tensor y = move(Tensor.Arange(6, DType.Float32).View(2, 3));

        Assert.True(y.Shape.SequenceEqual(shape), name);
        Assert.Equal(expected, y.ToArray());
    }

    [Fact]
    public void Every_kind_of_number_survives_the_way_in_and_out()
    {
        using TensorScope scope = new();

        Assert.Equal([1.5f, -2], Tensor.From<float>([1.5f, -2], 2).ToArray<float>());
        Assert.Equal([1.1, -2], Tensor.From([1.1, -2.0], 2).ToArray<double>());
        Assert.Equal([long.MinValue], Tensor.From<long>([long.MinValue], 1).ToArray<long>());
        Assert.Equal([7, -8], Tensor.From([7, -8], 2).ToArray<int>());
        Assert.Equal([(short)-300], Tensor.From<short>([-300], 1).ToArray<short>());
        Assert.Equal([(byte)255], Tensor.From<byte>([255], 1).ToArray<byte>());
        Assert.Equal([true, false], Tensor.From([true, false], 2).ToArray<bool>());
        Assert.Equal([(Half)0.5], Tensor.From([(Half)0.5], 1).ToArray<Half>());
    }

    [Fact]
    public void A_number_may_change_its_kind()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From<float>([1 / 3f, 2.7f], 2);

        Assert.Same(x, x.To(DType.Float32));
        Assert.Same(x, x.To(Device.Cpu));
        Assert.Equal([0L, 2], x.To(DType.Int64).ToArray<long>());
        Assert.Equal([0.333984375f, 2.703125f], x.To(DType.BFloat16).ToArray());
    }

    [Fact]
    public void Clones_are_apart_and_views_are_not()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Arange(4, DType.Float32), view = x.View(2, 2), clone = x.Clone();

        x.CopyFrom(Tensor.Full([4], 8));

        Assert.Equal([8f, 8, 8, 8], view.ToArray());
        Assert.Equal([0f, 1, 2, 3], clone.ToArray());
    }

    [Fact]
    public void A_span_writes_in_place()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Zeros([2, 2]);

        x.Span<float>()[3] = 5;

        Assert.Equal([0f, 0, 0, 5], x.ToArray());
        Assert.Throws<InvalidOperationException>(() => { x.Span<long>(); });
        Assert.Throws<InvalidOperationException>(() => { x.Transpose(0, 1).Span<float>(); });
    }

    [Fact]
    public void Values_must_fill_the_shape()
    {
        using TensorScope scope = new();

        ArgumentException e = Assert.Throws<ArgumentException>(() => Tensor.From<float>([1, 2, 3], 2, 2));

        Assert.Contains("3 values do not fill [2, 2]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constants_hold_one_number()
    {
        using TensorScope scope = new();

        Assert.Equal([3f, 3], Tensor.Full([2], 3).ToArray());
        Assert.Equal([0L, 0], Tensor.Zeros([2], DType.Int64).ToArray<long>());
        Assert.Equal([2f, 2], Tensor.Zeros([2]).FullLike(2).ToArray());
        Assert.Equal([0L, 1, 2], Tensor.Arange(3).ToArray<long>());
        Assert.Equal(2.5f, Tensor.Scalar(2.5).Item());
        Assert.Empty(Tensor.Zeros([0, 4]).ToArray());
    }
}
