namespace Kouyin.Torch.Tests;

public sealed class GeneratorTests
{
    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_others()
    {
        using TensorScope scope = new();
        using Generator a = new(7), b = new(7), c = new(8);

        float[] first = Tensor.Randn([5], a).ToArray();

        Assert.Equal(first, Tensor.Randn([5], b).ToArray());
        Assert.NotEqual(first, Tensor.Randn([5], c).ToArray());
        Assert.NotEqual(first, Tensor.Randn([5], a).ToArray());
    }

    [Fact]
    public void A_state_that_is_put_back_gives_the_same_numbers_again()
    {
        using TensorScope scope = new();
        using Generator random = new(7), other = new(99);
        Tensor.Randn([3], random);

        byte[] state = random.State;
        float[] first = Tensor.Randn([17], random).ToArray();
        random.State = state;
        other.State = state;

        Assert.Equal(first, Tensor.Randn([17], random).ToArray());
        Assert.Equal(first, Tensor.Randn([17], other).ToArray());
    }

    [Fact]
    public void Streams_do_not_disturb_each_other()
    {
        using TensorScope scope = new();
        using Generator alone = new(1), disturbed = new(1), other = new(2);
        float[] expected = [.. Tensor.Rand([4], alone).ToArray(), .. Tensor.Rand([4], alone).ToArray()];

        float[] first = Tensor.Rand([4], disturbed).ToArray();
        Tensor.Rand([1000], other);
        float[] second = Tensor.Rand([4], disturbed).ToArray();

        Assert.Equal(expected, first.Concat(second));
    }

    [Fact]
    public void Draws_have_the_moments_of_their_distribution()
    {
        using TensorScope scope = new();
        using Generator random = new(3);

        Tensor normal = Tensor.Randn([100_000], random), uniform = Tensor.Rand([100_000], random);

        Assert.InRange(normal.Mean(0).Item(), -0.02, 0.02);
        Assert.InRange(normal.Square().Mean(0).Item(), 0.97, 1.03);
        Assert.InRange(uniform.Mean(0).Item(), 0.49, 0.51);
        Assert.InRange(uniform.Min().Item(), 0, 0.001);
        Assert.InRange(uniform.Max().Item(), 0.999, 1);
    }

    [Fact]
    public void A_state_of_the_wrong_size_is_refused()
    {
        using Generator random = new(3);

        Assert.Throws<TorchException>(() => random.State = new byte[7]);
    }

    [Fact]
    public void A_disposed_generator_throws()
    {
        using TensorScope scope = new();
        Generator random = new(3);
        random.Dispose();
        random.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Tensor.Rand([2], random));
        Assert.Throws<ObjectDisposedException>(() => random.State);
    }
}
