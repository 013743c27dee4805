namespace Kouyin.Torch.Tests;

/// <summary>
/// The shim's own operators against the same formula of libtorch's operators: in float64 they are composed of those, in
/// float32 and bfloat16 they run their own loops. Odd sizes, several items, padding.
/// </summary>
public sealed class FusedTests
{
    private const int Batch = 3, Height = 6, Width = 14, Channels = 16;

    private static readonly Operator NormMishOp = new("kouyin::norm_mish");
    private static readonly Operator SummaryOp = new("kouyin::softmax_summary");
    private static readonly Operator MixOp = new("kouyin::gated_mix");
    private static readonly Operator GrowOp = new("kouyin::grow");
    private static readonly Operator WinogradOp = new("kouyin::winograd");
    private static readonly Operator FactorsOp = new("kouyin::winograd_factors");
    private static readonly Operator TimeWinogradOp = new("kouyin::winograd_time");
    private static readonly Operator TimeFactorsOp = new("kouyin::winograd_time_factors");
    private static readonly Operator TimeOp = new("aten::convolution");

    [Fact]
    public void Norm_mish_is_the_composition_of_its_parts()
    {
        Check(
            [
                [Batch, Height, Width, Channels], [Channels], [Channels], [Batch, Channels],
                [Batch, Height, Width, Channels],
            ],
            p => NormMishOp.Call(p[0], 4, p[1], p[2], 1e-5, Mask(p[0].DType), p[3], p[4]));
    }

    [Fact]
    public void Norm_mish_needs_neither_shift_nor_residual()
    {
        Check(
            [[Batch, Height, Width, Channels], [Channels], [Channels]],
            p => NormMishOp.Call(p[0], 4, p[1], p[2], 1e-5, Mask(p[0].DType), Arg.None, Arg.None));
    }

    [Fact]
    public void Softmax_summary_is_the_composition_of_its_parts()
    {
        // More positions than a block of the loop, so that blocks are joined.
        Check([[2, 1100, Channels], [24, Channels]], p => SummaryOp.Call(p[0], p[1]));
    }

    [Fact]
    public void Softmax_summary_bears_large_keys()
    {
        using TensorScope scope = new();
        using Generator random = new(1);
        Tensor x = Tensor.Randn([1, 700, 8], random) * 100, keys = Tensor.Randn([5, 8], random) * 10;

        Tensor summary = SummaryOp.Call(x, keys);

        Assert.True(summary.AllFinite());
        AssertClose(SummaryOp.Call(x.To(DType.Float64), keys.To(DType.Float64)), summary, 1e-5, "summary");
    }

    [Fact]
    public void Gated_mix_is_the_composition_of_its_parts()
    {
        Check(
            [[Batch, Height, Width, Channels], [Batch, Channels, Channels], [Channels], [1]],
            p => MixOp.Call(p[0], p[1], p[2], p[3], Mask(p[0].DType)));
    }

    [Fact]
    public void Grow_is_a_transposed_convolution()
    {
        Check(
            [[Batch, Height, Width, Channels], [Channels, 8, 4, 4], [8]], p => GrowOp.Call(p[0], p[1], p[2], 2, 1));
    }

    [Fact]
    public void Winograd_is_a_convolution()
    {
        // Sides that tiles of four do not fill, and more tiles than are taken at a time.
        Check([[Batch, 7, 90, Channels], [24, Channels, 3, 3], [24]], p => WinogradOp.Call(p[0], p[1], p[2], Arg.None));
        Check([[1, 1, 1, 3], [5, 3, 3, 3], [5]], p => WinogradOp.Call(p[0], p[1], p[2], Arg.None));
    }

    [Fact]
    public void Winograd_takes_factors_that_were_kept()
    {
        using TensorScope scope = new();
        using Generator random = new(3);
        Tensor x = Tensor.Randn([1, 6, 9, 8], random), weight = Tensor.Randn([4, 8, 3, 3], random);
        Tensor bias = Tensor.Randn([4], random);

        Tensor y = WinogradOp.Call(x, weight, bias, FactorsOp.Call(weight));

        Assert.Equal(WinogradOp.Call(x, weight, bias, Arg.None).ToArray(), y.ToArray());
    }

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(7, 5, 15)]
    [InlineData(11, 3, 15)]
    [InlineData(4, 2, 0)]
    public void Winograd_over_time_is_a_convolution(int taps, int dilation, int padding)
    {
        using TensorScope scope = new();
        using Generator random = new(3);
        // More tiles than are taken at a time, and frames that neither dilation nor tiles divide.
        Tensor x = Tensor.Randn([2, 1203, 40], random), weight = Tensor.Randn([64, 40, taps], random) * 0.1;
        Tensor bias = Tensor.Randn([64], random), factors = TimeFactorsOp.Call(weight);
        Tensor Slid(Tensor x) => TimeOp.Call(
            x.LeakyRelu(0.1).Permute(0, 2, 1), weight.To(x.DType), bias.To(x.DType), new long[] { 1 },
            new long[] { padding }, new long[] { dilation }, false, new long[] { 0 }, 1).Permute(0, 2, 1);
        Tensor exact = Slid(x.To(DType.Float64)), added = Tensor.Randn(exact.Shape, random);

        Tensor alone = TimeWinogradOp.Call(x, factors, bias, taps, padding, dilation, 0.1, Arg.None);
        Tensor sum = TimeWinogradOp.Call(x, factors, bias, taps, padding, dilation, 0.1, added);
        Tensor half = TimeWinogradOp.Call(
            x.To(DType.BFloat16), factors, bias, taps, padding, dilation, 0.1, added.To(DType.BFloat16));

        AssertClose(exact, alone, 1e-5, "convolution");
        AssertClose(exact + added.To(DType.Float64), sum, 1e-5, "sum");
        AssertClose(exact + added.To(DType.Float64), half, 0.02, "bfloat16");
    }

    [Fact]
    public void Bfloat16_is_near()
    {
        using TensorScope scope = new();
        using Generator random = new(2);
        Tensor x = Tensor.Randn([Batch, Height, Width, Channels], random).To(DType.BFloat16);
        Tensor gain = Tensor.Randn([Channels], random), matrix = Tensor.Randn([Batch, Channels, Channels], random);
        Tensor mask = Mask(DType.Float32), wide = x.To(DType.Float32);

        Tensor norm = NormMishOp.Call(x, 4, gain, gain, 1e-5, mask, Arg.None, x);
        Tensor mix = MixOp.Call(x, matrix, gain, gain.Slice(0, 0, 1), mask);

        Assert.Equal(DType.BFloat16, norm.DType);
        Assert.Equal(DType.BFloat16, mix.DType);
        AssertClose(NormMishOp.Call(wide, 4, gain, gain, 1e-5, mask, Arg.None, wide), norm, 0.01, "norm_mish");
        AssertClose(MixOp.Call(wide, matrix, gain, gain.Slice(0, 0, 1), mask), mix, 0.01, "gated_mix");
        Tensor kernel = Tensor.Randn([Channels, Channels, 3, 3], random);
        AssertClose(
            WinogradOp.Call(wide, kernel, gain, Arg.None), WinogradOp.Call(x, kernel, gain, Arg.None), 0.01,
            "winograd");
        AssertClose(
            SummaryOp.Call(wide.View(Batch, -1, Channels), matrix.Select(0, 0)),
            SummaryOp.Call(x.View(Batch, -1, Channels), matrix.Select(0, 0)), 1e-4, "softmax_summary");
    }

    [Fact]
    public void A_nan_stays_a_nan()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Full([1, 2, 4, 8], double.NaN);
        Tensor ones = Tensor.Full([8], 1), mask = Tensor.Full([1, 1, 4, 1], 1);

        Tensor y = NormMishOp.Call(x, 4, ones, ones, 1e-5, mask, Arg.None, Arg.None);

        Assert.False(y.AllFinite());
    }

    /// <summary>Values and gradients of every parameter, float32 against float64.</summary>
    private static void Check(long[][] shapes, Func<Tensor[], Tensor> run)
    {
        using TensorScope scope = new();
        using Generator random = new(7);
        Tensor[] values = [.. shapes.Select(shape => Tensor.Randn(shape, random))];
        Tensor? weight = null;
        var (want, wantGradients) = Run(values, DType.Float64, run, random, ref weight);

        var (got, gotGradients) = Run(values, DType.Float32, run, random, ref weight);

        AssertClose(want, got, 1e-5, "value");
        for (int k = 0; k < values.Length; k++)
            AssertClose(wantGradients[k], gotGradients[k], 2e-5, $"gradient {k}");
    }

    private static (Tensor Value, Tensor[] Gradients) Run(
        Tensor[] values, DType type, Func<Tensor[], Tensor> run, Generator random, ref Tensor? weight)
    {
        Tensor[] parameters = [.. values.Select(value => value.To(type).Clone())];
        foreach (Tensor parameter in parameters)
            parameter.RequiresGrad = true;
        Tensor y = run(parameters);
        weight ??= Tensor.Randn(y.Shape, random);
        (y * weight.To(type)).Sum().Backward();
        return (y.StopGradient(), [.. parameters.Select(parameter => parameter.Grad!)]);
    }

    /// <summary>1 on the first frames of every item and 0 after, [B, 1, W, 1].</summary>
    private static Tensor Mask(DType type)
    {
        float[] mask = new float[Batch * Width];
        for (int k = 0; k < mask.Length; k++)
            mask[k] = k % Width < Width - 3 * (k / Width) ? 1 : 0;
        return Tensor.From<float>(mask, Batch, 1, Width, 1).To(type);
    }

    private static void AssertClose(Tensor want, Tensor got, double tolerance, string name)
    {
        Assert.Equal(want.Shape, got.Shape);
        Tensor exact = want.To(DType.Float64);
        double scale = exact.Abs().Max().Item(), difference = (got.To(DType.Float64) - exact).Abs().Max().Item();
        Assert.True(difference <= tolerance * scale, $"{name}: {difference / scale:e2} relative");
    }
}
