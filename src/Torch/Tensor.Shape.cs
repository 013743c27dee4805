namespace Kouyin.Torch;

/// <content>Sizes, and operators that only rearrange.</content>
public sealed partial class Tensor
{
    private static readonly Operator ViewOp = new("aten::view");
    private static readonly Operator ReshapeOp = new("aten::reshape");
    private static readonly Operator PermuteOp = new("aten::permute");
    private static readonly Operator TransposeOp = new("aten::transpose", "int");
    private static readonly Operator UnsqueezeOp = new("aten::unsqueeze");
    private static readonly Operator SqueezeOp = new("aten::squeeze", "dim");
    private static readonly Operator ExpandOp = new("aten::expand");
    private static readonly Operator SliceOp = new("aten::slice", "Tensor");
    private static readonly Operator SelectOp = new("aten::select", "int");
    private static readonly Operator CatOp = new("aten::cat");
    private static readonly Operator StackOp = new("aten::stack");
    private static readonly Operator ContiguousOp = new("aten::contiguous");
    private static readonly Operator PadOp = new("aten::constant_pad_nd");
    private static readonly Operator GatherOp = new("aten::gather");
    private static readonly Operator IndexSelectOp = new("aten::index_select");
    private static readonly Operator RepeatOp = new("aten::repeat_interleave", "self_int");
    private static readonly Operator SplitOp = new("aten::chunk");

    /// <summary>The sizes of all dimensions.</summary>
    public unsafe long[] Shape
    {
        get
        {
            long[] shape = new long[Rank];
            fixed (long* first = shape)
                Native.Check(Native.ky_tensor_shape(Handle, first));
            return shape;
        }
    }

    /// <summary>How many dimensions.</summary>
    public int Rank
    {
        get
        {
            Native.Check(Native.ky_tensor_rank(Handle, out int rank));
            return rank;
        }
    }

    /// <summary>How many numbers.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (long size in Shape)
                count *= size;
            return count;
        }
    }

    /// <summary>Two sizes, checked. <paramref name="expected"/> names them for the message, as <c>[B, C]</c>.</summary>
    public (int First, int Second) Sizes2(string expected)
    {
        long[] s = ShapeOfRank(2, expected);
        return ((int)s[0], (int)s[1]);
    }

    /// <summary>Three sizes, checked. <paramref name="expected"/> names them, as <c>[B, T, C]</c>.</summary>
    public (int First, int Second, int Third) Sizes3(string expected)
    {
        long[] s = ShapeOfRank(3, expected);
        return ((int)s[0], (int)s[1], (int)s[2]);
    }

    /// <summary>Four sizes, checked. <paramref name="expected"/> names them, as <c>[B, M, T, C]</c>.</summary>
    public (int First, int Second, int Third, int Fourth) Sizes4(string expected)
    {
        long[] s = ShapeOfRank(4, expected);
        return ((int)s[0], (int)s[1], (int)s[2], (int)s[3]);
    }

    /// <summary>One size; a negative dimension counts from the end.</summary>
    public int Size(int dimension)
    {
        long[] shape = Shape;
        return (int)shape[dimension < 0 ? dimension + shape.Length : dimension];
    }

    /// <summary>The same numbers in another shape, without a copy. One size may be -1.</summary>
    public Tensor View(params long[] shape) => ViewOp.Call(this, shape);

    /// <summary>The same numbers in another shape, copied where they must be. One size may be -1.</summary>
    public Tensor Reshape(params long[] shape) => ReshapeOp.Call(this, shape);

    /// <summary>The dimensions in another order, without a copy.</summary>
    public Tensor Permute(params long[] order) => PermuteOp.Call(this, order);

    /// <summary>Two dimensions exchanged, without a copy.</summary>
    public Tensor Transpose(int a, int b) => TransposeOp.Call(this, a, b);

    /// <summary>A dimension of size 1 put in.</summary>
    public Tensor Unsqueeze(int dimension) => UnsqueezeOp.Call(this, dimension);

    /// <summary>A dimension of size 1 taken out.</summary>
    public Tensor Squeeze(int dimension) => SqueezeOp.Call(this, dimension);

    /// <summary>Dimensions of size 1 repeated without a copy; -1 keeps a size.</summary>
    public Tensor Expand(params long[] shape) => ExpandOp.Call(this, shape);

    /// <summary>From <paramref name="start"/> up to <paramref name="end"/>, every <paramref name="step"/>-th.</summary>
    public Tensor Slice(int dimension, long start, long end = long.MaxValue, long step = 1) =>
        SliceOp.Call(this, dimension, start, end, step);

    /// <summary>One index of a dimension, which goes away.</summary>
    public Tensor Select(int dimension, long index) => SelectOp.Call(this, dimension, index);

    /// <summary>The same, laid out row by row.</summary>
    public Tensor Contiguous() => ContiguousOp.Call(this);

    /// <summary>
    /// Padded with a value: (before, after) of the last dimension, then of the one before it, and so on.
    /// </summary>
    public Tensor Pad(long[] amounts, double value = 0) => PadOp.Call(this, amounts, value);

    /// <summary>Picks by index along a dimension; the index has the result's shape.</summary>
    public Tensor Gather(int dimension, Tensor index) => GatherOp.Call(this, dimension, index);

    /// <summary>Rows of a dimension by their numbers, [N].</summary>
    public Tensor IndexSelect(int dimension, Tensor index) => IndexSelectOp.Call(this, dimension, index);

    /// <summary>Every index of a dimension repeated <paramref name="times"/> times in place.</summary>
    public Tensor RepeatInterleave(long times, int dimension) => RepeatOp.Call(this, times, dimension);

    /// <summary>A dimension cut into equal parts.</summary>
    public Tensor[] Chunk(int parts, int dimension) => SplitOp.CallMany(parts, this, parts, dimension)!;

    /// <summary>Tensors joined along a dimension.</summary>
    public static Tensor Cat(int dimension, params Tensor[] parts) => CatOp.Call(parts, dimension);

    /// <summary>Tensors joined along a new dimension.</summary>
    public static Tensor Stack(int dimension, params Tensor[] parts) => StackOp.Call(parts, dimension);

    private long[] ShapeOfRank(int rank, string expected)
    {
        long[] shape = Shape;
        return shape.Length == rank
            ? shape
            : throw new ArgumentException($"should be {expected}, but is [{string.Join(", ", shape)}]");
    }
}
