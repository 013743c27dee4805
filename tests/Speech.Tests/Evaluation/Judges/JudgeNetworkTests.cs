using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Judges;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Evaluation.Judges;

public sealed class JudgeNetworkTests
{
    private static readonly PoolingConfig Small = new() { Width = 16, Dilations = [1, 2], Embedding = 8 };

    [Fact]
    public void Padding_and_neighbours_change_nothing()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        PoolingNetwork network = new(store.Root, Small);
        float[] features = Wave(11);

        Tensor alone = network.Forward(Tensor.From<float>(features, 1, 11, 80), [11]);
        Tensor both = Tensor.Full([2, 18, 80], 9);
        Wave(18).CopyTo(both.Span<float>());
        features.CopyTo(both.Span<float>()[(18 * 80)..]);
        Tensor batch = network.Forward(both, [18, 11]);

        Assert.True((alone - batch.Slice(0, 1)).Abs().Max().Item() < 1e-4);
    }

    [Fact]
    public void Gradient_reaches_every_parameter()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        PoolingNetwork network = new(store.Root / "network", Small);
        MarginLoss loss = new(store.Root / "loss", 3, 8);

        loss.Of(network.Forward(Tensor.From<float>(Wave(12), 2, 6, 80), [6, 5]), [0, 2]).Backward();

        // The bias of what weighs frames shifts all frames of a channel alike, so it cannot matter.
        foreach (var (path, parameter) in store.Parameters.Where(p => p.Key != "network.weigh.bias"))
            Assert.True(parameter.Grad?.Abs().Sum().Item() > 0, path);
    }

    [Fact]
    public void The_margin_loss_is_the_papers_formula()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);
        MarginLoss loss = new(store.Root, 2, 2);
        using NoGrad noGrad = new();
        store.Parameters["classes"].CopyFrom(Tensor.From<float>([3, 0, 0, 5], 2, 2));
        double angle = Math.Atan2(4, 3), own = 30 * Math.Cos(angle + 0.2), other = 30 * Math.Sin(angle);

        double found = loss.Of(Tensor.From<float>([0.6f, 0.8f], 1, 2), [0]).Item();

        Assert.Equal(Math.Log(Math.Exp(own) + Math.Exp(other)) - own, found, 1e-3);
    }

    [Fact]
    public void Features_do_not_hear_level_or_lasting_colour_or_the_voices_height()
    {
        float[] mel = Wave(30), coloured = [.. mel.Select((value, k) => value + 0.4f * (k % 80 / 40f) - 2)];
        float[] pitch = [.. Enumerable.Range(0, 30).Select(t => t % 4 == 0 ? 0 : 5 + 0.01f * t)];
        float[] lower = Array.ConvertAll(pitch, value => value > 0 ? value - 0.5f : 0);

        float[] one = JudgeFeatures.Of(mel, 80, pitch), two = JudgeFeatures.Of(mel, 80, lower);

        Assert.Equal(30 * 82, one.Length);
        Assert.All(one.Zip(two), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(
            JudgeFeatures.Of(mel, 80, []).Zip(JudgeFeatures.Of(coloured, 80, [])),
            pair => Assert.Equal(pair.First, pair.Second, 0.01f));
    }

    [Fact]
    public void A_channel_is_decided_by_its_seed_and_adds_noise_where_there_was_none()
    {
        float[] speech = [.. Wave(20), .. Enumerable.Repeat(-11.5f, 80 * 20)];
        float[] one = [.. speech], same = [.. speech], other = [.. speech];

        new MelChannel(80, new(1)).Apply(one);
        new MelChannel(80, new(1)).Apply(same);
        new MelChannel(80, new(2)).Apply(other);

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        Assert.True(one[^1] > -9);
    }

    [Fact]
    public void Confusions_give_macro_f1_beside_the_majoritys()
    {
        Confusions confusions = Confusions.Among(["a", "b", "absent"]);
        for (int k = 0; k < 8; k++)
            confusions.Add(0, k < 6 ? 0 : 1);
        confusions.Add(1, 1);
        confusions.Add(1, 0);

        Assert.Equal((2 * 6 / 15.0 + 2 * 1 / 5.0) / 2, confusions.MacroF1, 1e-9);
        Assert.Equal(2 * 8 / 18.0 / 2, confusions.MajorityF1, 1e-9);
    }

    // Smooth over bands, so that no feature lies under the floor.
    private static float[] Wave(int frames) =>
        [.. Enumerable.Range(0, frames * 80).Select(k => MathF.Sin(1.7f * k) + 0.5f * MathF.Cos(0.37f * k * k))];
}
