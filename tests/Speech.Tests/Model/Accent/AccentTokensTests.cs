using Kouyin.Speech.Model.Accent;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Tests.Model.Accent;

public sealed class AccentTokensTests
{
    private const int Mels = 80, Accents = 4;

    [Fact]
    public void Padding_and_batch_mates_change_nothing_that_is_heard()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        AccentTokens tokens = new(store.Root, Config(4, AccentLossKind.Embedding), Mels, Accents);
        using Generator random = new(4);
        long[] frames = [64, 1, 193, 65];
        Tensor mel = Tensor.Randn([4, 260, Mels], random) * Mask.FromLengths(Tensor.From<long>(frames, 4), 260);

        HeardAccent together = tokens.Forward(mel, frames);

        for (int k = 0; k < frames.Length; k++)
        {
            HeardAccent alone = tokens.Forward(mel.Slice(0, k, k + 1).Slice(1, 0, frames[k]), [frames[k]]);
            Fixture.Compare("reference", together.Reference.Slice(0, k, k + 1), alone.Reference, tolerance: 1e-5);
            Fixture.Compare("style", together.Style.Slice(0, k, k + 1), alone.Style, tolerance: 1e-5);
            Fixture.Compare("weights", together.Weights.Slice(0, k, k + 1), alone.Weights, tolerance: 1e-5);
        }
    }

    [Theory]
    [InlineData(4, AccentLossKind.Embedding, 485_860)] // the log's E8: the classifier of its four accents included
    [InlineData(10, AccentLossKind.None, 485_024)]     // its E6
    [InlineData(4, AccentLossKind.Weights, 484_832)]   // E8 without the classifier, which this loss does not need
    public void They_have_as_many_parameters_as_the_log_s(int count, AccentLossKind loss, long expected)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);

        _ = new AccentTokens(store.Root, Config(count, loss), Mels, Accents);

        Assert.Equal(expected, store.Parameters.Values.Sum(parameter => parameter.Count));
    }

    [Theory]
    [InlineData(AccentLossKind.Embedding)]
    [InlineData(AccentLossKind.Weights)]
    public void The_accent_loss_reaches_all_that_it_needs(AccentLossKind loss)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(5);
        AccentTokens tokens = new(store.Root, Config(Accents, loss), Mels, Accents);
        using Generator random = new(6);
        HeardAccent heard = tokens.Forward(Tensor.Randn([3, 70, Mels], random), [70, 70, 70]);

        new ClassLoss().Of(tokens.LogProbabilities(heard), Tensor.From<long>([0, 3, 1], 3)).Mean().Backward();

        // Weights alone do not ask what the tokens hold: their values learn from the model's other losses.
        string[] without = [.. store.Parameters.Where(p => !(p.Value.Grad?.Abs().Sum().Item() > 0)).Select(p => p.Key)];
        Assert.Equal(loss == AccentLossKind.Weights ? ["tokens.value.weight"] : [], without);
    }

    [Fact]
    public void Every_loss_of_the_style_reaches_every_parameter_but_the_classifier()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(7);
        AccentTokens tokens = new(store.Root, Config(Accents, AccentLossKind.None), Mels, Accents);
        using Generator random = new(8);

        (tokens.Forward(Tensor.Randn([3, 70, Mels], random), [70, 70, 70]).Style
            * Tensor.Randn([3, 256], random)).Sum().Backward();

        Assert.All(store.Parameters, p => Assert.True(p.Value.Grad?.Abs().Sum().Item() > 0, p.Key));
    }

    [Fact]
    public void A_token_for_each_accent_is_asked_for_where_the_loss_needs_one()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);

        UserException e = Assert.Throws<UserException>(
            () => new AccentTokens(store.Root, Config(10, AccentLossKind.Weights), Mels, Accents));

        Assert.Contains("10", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Three_recordings_are_learnt_apart()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(9);
        AccentTokens tokens = new(store.Root, Config(Accents, AccentLossKind.Weights), Mels, Accents);
        using Generator random = new(10);
        Tensor mel = Tensor.Randn([3, 40, Mels], random), accents = Tensor.From<long>([2, 0, 1], 3);
        using Kouyin.Torch.Optimizers.Adam adam = new(store.Parameters, new() { LearningRate = 1e-3 });

        double loss = 0;
        for (int step = 0; step < 60; step++)
        {
            using TensorScope inner = new();
            store.ClearGradients();
            Tensor known = tokens.LogProbabilities(tokens.Forward(mel, [40, 40, 40]));
            Tensor mean = new ClassLoss().Of(known, accents).Mean();
            mean.Backward();
            adam.Step();
            loss = mean.Item();
        }

        Assert.True(loss < 0.1, $"the loss is still {loss}");
    }

    private static AccentConfig Config(int tokens, AccentLossKind loss) =>
        new() { Source = AccentSource.Tokens, Tokens = tokens, Width = 256, Loss = loss };
}
