using Kouyin.Speech.Model.Accent;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model.Accent;

public sealed class AdversaryTests
{
    private const int Inputs = 16;

    // Two accents of three speakers and one of one.
    private static readonly bool[,] SpeakersOfAccents =
    {
        { true, true, true, false, false, false, false },
        { false, false, false, true, true, true, false },
        { false, false, false, false, false, false, true },
    };

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_reversed_gradient_is_the_plain_one_times_minus_lambda(double strength)
    {
        using TensorScope scope = new();
        using Generator random = new(1);
        Tensor x = Tensor.Randn([5, Inputs], random), weights = Tensor.Randn([5, Inputs], random);

        Tensor plain = Gradient(x, y => (y.Tanh() * weights).Sum());
        Tensor reversed = Gradient(x, y => (Adversary.Reverse(y, strength, 0).Tanh() * weights).Sum());

        Assert.Equal(x.ToArray(), Adversary.Reverse(x, strength, 0).ToArray());
        Fixture.Compare("gradient", reversed, plain * -strength, tolerance: 1e-6);
    }

    [Fact]
    public void Elements_of_the_gradient_are_cut_before_they_are_turned()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.Zeros([4]), weights = Tensor.From<float>([-3, -0.1f, 0.2f, 9], 4);

        Tensor gradient = Gradient(x, y => (Adversary.Reverse(y, 2, 0.25) * weights).Sum());

        Assert.Equal([0.5f, 0.2f, -0.4f, -0.5f], gradient.ToArray());
    }

    [Theory]
    [InlineData(AdversaryKind.Linear)]
    [InlineData(AdversaryKind.Mlp)]
    [InlineData(AdversaryKind.Tokens)]
    public void It_learns_by_the_same_gradient_however_it_is_reversed(AdversaryKind kind)
    {
        using TensorScope scope = new();
        float[][] gradients = [.. new[] { 0.0, 1, 5 }.Select(strength =>
        {
            using ParameterStore store = ParameterStore.Fresh(2);
            using Generator random = new(3);
            Adversary adversary = new(store.Root, Config(kind, strength), Inputs, SpeakersOfAccents);
            Tensor x = Tensor.Randn([4, Inputs], random);
            adversary.Losses(x, Ids(0, 2, 4, 5), Ids(0, 0, 1, 1), step: 1).Mean().Backward();
            Assert.All(store.Parameters, p => Assert.True(p.Value.Grad?.Abs().Sum().Item() > 0, p.Key));
            return store.Parameters.Values.SelectMany(p => p.Grad!.ToArray()).ToArray();
        })];

        Assert.Equal(gradients[0], gradients[1]);
        Assert.Equal(gradients[0], gradients[2]);
    }

    [Fact]
    public void Within_an_accent_the_others_speakers_do_not_count()
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(4);
        Adversary adversary = new(store.Root, Config(AdversaryKind.Mlp), Inputs, SpeakersOfAccents);
        store.Parameters["last.weight"].CopyFrom(Tensor.Zeros([7, 256]));
        store.Parameters["last.bias"].CopyFrom(Tensor.From<float>([0, 0, 0, 50, 50, 50, 50], 7));

        float[] losses = adversary.Losses(Tensor.Zeros([3, Inputs]), Ids(1, 3, 6), Ids(0, 1, 2), 1).ToArray();

        Assert.Equal(Math.Log(3), losses[0], 1e-5); // chance among three
        Assert.Equal(Math.Log(3), losses[1], 1e-5);
        Assert.Equal(0, losses[2], 1e-5);           // who is alone cannot be hidden
    }

    [Fact]
    public void Within_an_accent_only_what_it_knows_better_than_by_chance_is_pressed()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(5);
        using Generator random = new(6);
        Adversary adversary = new(store.Root, Config(AdversaryKind.Mlp), Inputs, SpeakersOfAccents);
        Tensor x = Tensor.Randn([60, Inputs], random);
        long[] accents = [.. Enumerable.Range(0, 60).Select(k => (long)(k % 2))];
        Tensor speakers = Ids([.. accents.Select((a, k) => 3 * a + k % 3)]);

        float[] losses = adversary.Losses(x, speakers, Ids(accents), 1).ToArray();
        float[] pressed = Gradient(x, y => adversary.Losses(y, speakers, Ids(accents), 1).Sum()).Abs().Sum(1).ToArray();

        Assert.Contains(losses, loss => loss > Math.Log(3));
        for (int k = 0; k < losses.Length; k++)
            Assert.Equal(losses[k] < Math.Log(3), pressed[k] > 0);
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(110, 0.0500)]
    [InlineData(150, 0.2449)]
    [InlineData(200, 0.4621)]
    [InlineData(350, 0.8483)]
    [InlineData(600, 0.9866)]
    [InlineData(1100, 1)]
    [InlineData(9999, 1)]
    public void Lambda_rises_as_Ganin_s_does(long step, double expected)
    {
        AdversaryConfig config = new() { StartStep = 100, RampSteps = 1000, Reverse = 0.3 };

        Assert.Equal(0.3 * expected, config.ReverseAt(step), 1e-4);
    }

    [Theory]
    [InlineData(AdversaryKind.Linear, 128, 90_078)]  // the log's E10 and E12: 575,938 with the tokens of E8
    [InlineData(AdversaryKind.Tokens, 128, 113_310)] // its E11: 599,170
    [InlineData(AdversaryKind.Linear, 256, 122_846)] // its E9
    public void It_has_as_many_parameters_as_the_log_s(AdversaryKind kind, int inputs, long expected)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(1);

        _ = new Adversary(store.Root, Config(kind), inputs, new bool[4, 222]);

        Assert.Equal(expected, store.Parameters.Values.Sum(parameter => parameter.Count));
    }

    [Fact]
    public void The_focal_loss_is_the_cross_entropy_times_what_is_not_known_to_gamma()
    {
        using TensorScope scope = new();
        using Generator random = new(7);
        Tensor known = Tensor.Randn([6, 5], random).LogSoftmax(-1), classes = Ids(0, 1, 2, 3, 4, 0);
        float[] plain = new ClassLoss().Of(known, classes).ToArray();

        float[] focal = new ClassLoss(FocalGamma: 5).Of(known, classes).ToArray();
        float[] smooth = new ClassLoss(Smoothing: 0.1).Of(known, classes).ToArray();

        float[] means = known.Mean(1).ToArray();
        for (int k = 0; k < plain.Length; k++)
        {
            Assert.Equal(-known.ToArray()[5 * k + k % 5], plain[k], 1e-5);
            Assert.Equal(Math.Pow(1 - Math.Exp(-plain[k]), 5) * plain[k], focal[k], 1e-5);
            Assert.Equal(0.9 * plain[k] - 0.1 * means[k], smooth[k], 1e-5);
        }
    }

    private static AdversaryConfig Config(AdversaryKind kind, double reverse = 1) =>
        new() { Classifier = kind, Reverse = reverse };

    private static Tensor Ids(params long[] ids) => Tensor.From<long>(ids, ids.Length);

    private static Tensor Gradient(Tensor x, Func<Tensor, Tensor> loss)
    {
        Tensor leaf = x.Clone();
        leaf.RequiresGrad = true;
        loss(leaf).Backward();
        return leaf.Grad!;
    }
}
