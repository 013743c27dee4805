using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Decoder;
using Kouyin.Speech.Model.Decoder.Flow1d;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model;

/// <summary>A fresh network's velocity is zero, so its samples show where the sampler starts.</summary>
public sealed class FlowMatchingTests
{
    private const int Frames = 8, Mels = 4;

    [Fact]
    public void Without_a_head_start_it_begins_with_noise_alone()
    {
        using TensorScope scope = new();
        using Generator random = new(5), same = new(5);

        Tensor mel = Sample(Mean(), new() { Temperature = 0.5 }, random);

        Assert.Equal((Tensor.Randn([1, Frames, Mels], same) * 0.5).ToArray(), mel.ToArray());
    }

    [Fact]
    public void With_a_head_start_it_begins_so_much_nearer_to_the_mean()
    {
        using TensorScope scope = new();
        using Generator random = new(5), again = new(5);
        Tensor mean = Mean();

        float[] quiet = Sample(mean, new() { Temperature = 0, HeadStart = 0.75 }, random).ToArray();
        float[] near = Sample(mean, new() { Temperature = 1, HeadStart = 0.999 }, again).ToArray();

        Assert.Equal((mean * 0.75).ToArray(), quiet);
        Assert.All(near.Zip(mean.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 0.01));
    }

    private static Tensor Mean()
    {
        using Generator random = new(9);
        return Tensor.Randn([1, Frames, Mels], random);
    }

    private static Tensor Sample(Tensor mean, SampleOptions options, Generator random)
    {
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        FlowMatching decoder = new(store.Root, new() { Width = 8, Heads = 1, MiddleBlocks = 1 }, new(), Mels, default);
        return decoder.Sample(mean, Tensor.Full([1, Frames, 1], 1), Conditions.None, options, random);
    }
}
