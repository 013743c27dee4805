using Kouyin.Torch.Layers;

namespace Kouyin.Torch.Tests.Layers;

/// <summary>Convolutions against the sums that define them, channels last.</summary>
public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(3, 1, null, 1, 1, true)]
    [InlineData(5, 2, 1, 1, 1, true)]
    [InlineData(3, 1, null, 2, 1, false)]
    [InlineData(3, 3, 0, 1, 2, true)]
    [InlineData(1, 1, null, 1, 1, true)]
    public void Conv1d(int kernel, int stride, int? padding, int dilation, int groups, bool hasBias)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        const int Batch = 2, Frames = 11, Inputs = 4, Outputs = 6;
        Conv1d layer = new(store.Root, Inputs, Outputs, kernel, stride, padding, dilation, groups, hasBias);
        float[] x = Numbers.Wave(Batch * Frames * Inputs), w = store.Parameters["weight"].ToArray();
        float[] bias = hasBias ? store.Parameters["bias"].ToArray() : new float[Outputs];
        int side = padding ?? dilation * (kernel - 1) / 2, perGroup = Inputs / groups;
        int length = (Frames + 2 * side - dilation * (kernel - 1) - 1) / stride + 1;
        double[] expected = new double[Batch * length * Outputs];
        foreach (var (b, t, o) in Indices(Batch, length, Outputs))
        {
            double sum = bias[o];
            foreach (var (_, i, k) in Indices(1, perGroup, kernel))
            {
                int from = t * stride - side + k * dilation, channel = o / (Outputs / groups) * perGroup + i;
                if (from >= 0 && from < Frames)
                    sum += (double)w[(o * perGroup + i) * kernel + k] * x[(b * Frames + from) * Inputs + channel];
            }
            expected[(b * length + t) * Outputs + o] = sum;
        }

        Tensor y = layer.Forward(Tensor.From<float>(x, Batch, Frames, Inputs));

        Assert.Equal([Batch, length, Outputs], y.Shape);
        Numbers.Close(expected, y);
        Numbers.GradientReachesAll(store, y);
    }

    [Theory]
    [InlineData(3, 1, null)]
    [InlineData(4, 2, 1)]
    [InlineData(1, 1, null)]
    public void Conv2d(int kernel, int stride, int? padding)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        const int Batch = 2, Height = 6, Width = 9, Inputs = 3, Outputs = 4;
        Conv2d layer = new(store.Root, Inputs, Outputs, kernel, stride, padding);
        float[] x = Numbers.Wave(Batch * Height * Width * Inputs);
        float[] w = store.Parameters["weight"].ToArray(), bias = store.Parameters["bias"].ToArray();
        int side = padding ?? (kernel - 1) / 2;
        int high = (Height + 2 * side - kernel) / stride + 1, wide = (Width + 2 * side - kernel) / stride + 1;
        double[] expected = new double[Batch * high * wide * Outputs];
        foreach (var (b, row, column) in Indices(Batch, high, wide))
        {
            for (int o = 0; o < Outputs; o++)
            {
                double sum = bias[o];
                foreach (var (i, ky, kx) in Indices(Inputs, kernel, kernel))
                {
                    int h = row * stride - side + ky, v = column * stride - side + kx;
                    if (h >= 0 && h < Height && v >= 0 && v < Width)
                        sum += (double)w[((o * Inputs + i) * kernel + ky) * kernel + kx]
                            * x[((b * Height + h) * Width + v) * Inputs + i];
                }
                expected[((b * high + row) * wide + column) * Outputs + o] = sum;
            }
        }

        Tensor y = layer.Forward(Tensor.From<float>(x, Batch, Height, Width, Inputs));

        Assert.Equal([Batch, high, wide, Outputs], y.Shape);
        Numbers.Close(expected, y);
        Numbers.GradientReachesAll(store, y);
    }

    [Theory]
    [InlineData(4, 2, 1)]
    [InlineData(3, 1, 0)]
    [InlineData(16, 8, 4)]
    public void ConvTranspose1d(int kernel, int stride, int padding)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        const int Batch = 2, Frames = 5, Inputs = 3, Outputs = 4;
        ConvTranspose1d layer = new(store.Root, Inputs, Outputs, kernel, stride, padding);
        float[] x = Numbers.Wave(Batch * Frames * Inputs);
        float[] w = store.Parameters["weight"].ToArray(), bias = store.Parameters["bias"].ToArray();
        int length = (Frames - 1) * stride - 2 * padding + kernel;
        double[] expected = [.. Enumerable.Range(0, Batch * length * Outputs).Select(k => (double)bias[k % Outputs])];
        foreach (var (b, t, i) in Indices(Batch, Frames, Inputs))
        {
            foreach (var (_, o, k) in Indices(1, Outputs, kernel))
            {
                int to = t * stride - padding + k;
                if (to >= 0 && to < length)
                    expected[(b * length + to) * Outputs + o] +=
                        (double)w[(i * Outputs + o) * kernel + k] * x[(b * Frames + t) * Inputs + i];
            }
        }

        Tensor y = layer.Forward(Tensor.From<float>(x, Batch, Frames, Inputs));

        Assert.Equal([Batch, length, Outputs], y.Shape);
        Numbers.Close(expected, y);
        Numbers.GradientReachesAll(store, y);
    }

    [Fact]
    public void ConvTranspose2d()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        const int Batch = 2, Height = 3, Width = 5, Inputs = 2, Outputs = 3, Kernel = 4, Stride = 2, Padding = 1;
        ConvTranspose2d layer = new(store.Root, Inputs, Outputs, Kernel, Stride, Padding);
        float[] x = Numbers.Wave(Batch * Height * Width * Inputs);
        float[] w = store.Parameters["weight"].ToArray(), bias = store.Parameters["bias"].ToArray();
        const int High = 2 * Height, Wide = 2 * Width;
        double[] expected =
            [.. Enumerable.Range(0, Batch * High * Wide * Outputs).Select(k => (double)bias[k % Outputs])];
        foreach (var (b, h, v) in Indices(Batch, Height, Width))
        {
            foreach (var (i, ky, kx) in Indices(Inputs, Kernel, Kernel))
            {
                int row = h * Stride - Padding + ky, column = v * Stride - Padding + kx;
                if (row < 0 || row >= High || column < 0 || column >= Wide)
                    continue;
                for (int o = 0; o < Outputs; o++)
                    expected[((b * High + row) * Wide + column) * Outputs + o] +=
                        (double)w[((i * Outputs + o) * Kernel + ky) * Kernel + kx]
                        * x[((b * Height + h) * Width + v) * Inputs + i];
            }
        }

        Tensor y = layer.Forward(Tensor.From<float>(x, Batch, Height, Width, Inputs));

        Assert.Equal([Batch, High, Wide, Outputs], y.Shape);
        Numbers.Close(expected, y);
        Numbers.GradientReachesAll(store, y);
    }

    [Fact]
    public void Convolutions_in_bfloat16_are_close()
    {
        using TensorScope scope = new();
        using ParameterStore line = ParameterStore.Fresh(3), plane = ParameterStore.Fresh(4);
        Conv1d conv1d = new(line.Root, 16, 12, 3);
        Conv2d conv2d = new(plane.Root, 8, 12, 3);

        Numbers.BFloat16IsClose(line, () => conv1d.Forward(Numbers.Of(2, 20, 16)));
        Numbers.BFloat16IsClose(plane, () => conv2d.Forward(Numbers.Of(2, 6, 7, 8)));
        Numbers.GradientReachesAll(line, conv1d.Forward(Numbers.Of(2, 20, 16)));
        Numbers.GradientReachesAll(plane, conv2d.Forward(Numbers.Of(2, 6, 7, 8)));
    }

    [Fact]
    public void A_silent_convolution_starts_with_zero_weights()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);

        Tensor y = new Conv1d(store.Root, 2, 3, 3, bias: false, zero: true).Forward(Numbers.Of(1, 4, 2));

        Assert.Equal(new float[12], y.ToArray());
    }

    private static IEnumerable<(int First, int Second, int Third)> Indices(int first, int second, int third)
    {
        for (int a = 0; a < first; a++)
            for (int b = 0; b < second; b++)
                for (int c = 0; c < third; c++)
                    yield return (a, b, c);
    }
}
