using Kouyin.Speech.Model.Vocoder;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Tests.Model.Vocoder;

public sealed class DiscriminatorTests
{
    private static readonly DiscriminatorConfig Small = new() { Divisor = 16 };

    [Fact]
    public void Every_sound_is_judged_for_itself_by_all_eight()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        Discriminators judges = new(store.Root, Small);
        using Generator random = new(2);
        Tensor sounds = Tensor.Randn([2, 2000], random);

        Judgement both = judges.Judge(sounds), second = judges.Judge(sounds.Slice(0, 1, 2));

        Assert.Equal(8, both.Scores.Count);
        Assert.Equal(5 * 6 + 3 * 8, both.Features.Count);
        Fixture.Compare("scale", second.Scores[5], both.Scores[5].Slice(0, 1, 2), tolerance: 1e-5);
        Fixture.Compare("period 3", second.Scores[1], both.Scores[1].Slice(0, 3, 6), tolerance: 1e-5);
    }

    [Fact]
    public void The_published_sizes_are_the_defaults()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);

        _ = new Discriminators(store.Root, new() { Periods = [2], Scales = 0 });

        // One of five: channels 1-32-128-512-1024-1024-1, kernels of 5 and a last of 3, and biases.
        Assert.Equal(8_218_433, Weights(store));
    }

    [Fact]
    public void The_losses_are_the_papers()
    {
        using TensorScope scope = new();
        Judgement real = new([Tensor.Full([1, 2], 0.5)], [Tensor.Full([1, 2], 3)]);
        Judgement fake = new([Tensor.Full([1, 2], 0.25)], [Tensor.Full([1, 2], 1)]);

        Assert.Equal(0.25 + 0.0625, Discriminators.LossOfJudges(real, fake).Item(), 1e-6);
        Assert.Equal(0.5625, Discriminators.LossOfMaker(fake).Item(), 1e-6);
        Assert.Equal(2, Discriminators.FeatureDistance(real, fake).Item(), 1e-6);
    }

    [Fact]
    public void Gradients_reach_every_parameter_and_the_sound()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        store.Training = true;
        Discriminators judges = new(store.Root, Small);
        using Generator random = new(2);
        Tensor sound = Tensor.Randn([1, 4000], random);
        sound.RequiresGrad = true;

        Discriminators.LossOfMaker(judges.Judge(sound)).Backward();

        Assert.True(sound.Grad!.Abs().Max().Item() > 0);
        Assert.All(
            store.Parameters.Where(parameter => !parameter.Key.EndsWith("weight_u", StringComparison.Ordinal)),
            parameter => Assert.True(parameter.Value.Grad?.Abs().Max().Item() > 0, $"{parameter.Key} has no gradient"));
    }

    [Fact]
    public void Weight_norm_starts_as_the_plain_weight_and_folds_back()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore normed = ParameterStore.Fresh(1);
        HiFiGanConfig config = HiFiGanConfig.V3 with { UpsampleInitialChannel = 8, NumMels = 10 };
        HiFiGan trained = new(normed.Root, config, KernelForm.WeightNorm);
        using ParameterStore folded = ParameterStore.From(WeightNorm.Fold(normed.Parameters, "test"));
        HiFiGan used = new(folded.Root, config);
        using ParameterStore again = ParameterStore.From(WeightNorm.Unfold(folded.Parameters, "test"));
        HiFiGan unfolded = new(again.Root, config, KernelForm.WeightNorm);
        using Generator random = new(2);
        Tensor mel = Tensor.Randn([1, 6, 10], random);

        Fixture.Compare("folded", used.Forward(mel), trained.Forward(mel), tolerance: 1e-5);
        Fixture.Compare("unfolded", unfolded.Forward(mel), trained.Forward(mel), tolerance: 1e-5);
    }

    private static double Weights(ParameterStore store) =>
        store.Parameters.Where(p => !p.Key.EndsWith("weight_g", StringComparison.Ordinal)).Sum(p => p.Value.Count);
}
