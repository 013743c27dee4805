using Kouyin.Speech.Model.Accent;
using Kouyin.Torch;
using Kouyin.Torch.Layers;
using Kouyin.Torch.Optimizers;
using Xunit.Abstractions;

namespace Kouyin.Speech.Tests.Model.Accent;

/// <summary>
/// A constructed world in which every speaker has one accent, as in the data. A linear encoder hears both, and is asked
/// for the accent and to keep all it can, as a model that is to sound like its speakers is. What an adversary then
/// leaves of them is measured by fresh linear classifiers on fresh data.
/// </summary>
public sealed class DisentanglingTests(ITestOutputHelper output)
{
    private const int Accents = 3, Speakers = 12, Heard = 24, Width = 8, Batch = 128, Steps = 500;
    private const int Ahead = 3; // steps of the adversary before each of the encoder, to keep it at its optimum
    private const double Rate = 5e-3, Noise = 0.5, Kept = 0.3;
    private const double Chance = (double)Accents / Speakers; // of a speaker, for one who knows the accent

    private static readonly bool[,] SpeakersOfAccents = Pairs();

    [Fact]
    public void Without_an_adversary_both_can_be_told()
    {
        var (speaker, accent) = WhatIsLeft(null);

        Assert.True(speaker > 0.6, $"of the speakers {speaker:0.000}");
        Assert.True(accent > 0.95, $"of the accents {accent:0.000}");
    }

    [Fact]
    public void An_adversary_that_knows_the_accent_hides_the_speaker_and_leaves_the_accent()
    {
        var (speaker, accent) = WhatIsLeft(Config(withinAccent: true));

        Assert.True(speaker < Chance + 0.05, $"of the speakers {speaker:0.000}");
        Assert.True(accent > 0.95, $"of the accents {accent:0.000}");
    }

    [Fact]
    public void One_that_does_not_know_it_destroys_the_accent_too()
    {
        var (_, accent) = WhatIsLeft(Config(withinAccent: false));

        Assert.True(accent < 0.7, $"of the accents {accent:0.000}");
    }

    private static AdversaryConfig Config(bool withinAccent) => new()
    {
        WithinAccent = withinAccent, Hidden = 64, Reverse = 6, Clamp = 0, RampSteps = Steps / 2,
    };

    /// <summary>Trains, and asks fresh classifiers: their shares of right answers.</summary>
    private (double Speaker, double Accent) WhatIsLeft(AdversaryConfig? config)
    {
        using TensorScope scope = new();
        using Generator random = new(1);
        using ParameterStore store = ParameterStore.Fresh(2), opposite = ParameterStore.Fresh(3);
        Tensor mix = Tensor.Randn([Heard, Heard], random) / Math.Sqrt(Heard);
        Linear encoder = new(store.Root / "encoder", Heard, Width), back = new(store.Root / "back", Width, Heard);
        Linear classifier = new(store.Root / "accent", Width, Accents);
        Adversary? adversary = config is null ? null : new(opposite.Root, config, Width, SpeakersOfAccents);
        using Adam model = new(store.Parameters, new() { LearningRate = Rate });
        using Adam against = new(opposite.Parameters, new() { LearningRate = 3 * Rate });
        for (int step = 1; step <= Steps; step++)
        {
            double rate = 0.5 * (1 + Math.Cos(Math.PI * step / Steps)) * 0.95 + 0.05;
            for (int k = 0; k <= Ahead; k++)
            {
                using TensorScope inner = new();
                var (x, speakers, accents) = Draw(Batch, mix, random);
                Tensor style = Encode(encoder, x, random);
                Tensor loss = new ClassLoss().Of(classifier.Forward(style).LogSoftmax(-1), accents).Mean()
                    + Kept * (back.Forward(style) - x).Square().Sum(1).Mean();
                if (adversary is not null)
                    loss += adversary.Losses(style, speakers, accents, step).Mean();
                store.ClearGradients();
                opposite.ClearGradients();
                loss.Backward();
                against.Step(rate);
                if (k == Ahead)
                    model.Step(rate);
            }
        }
        return Ask(encoder, mix, random);
    }

    private static Tensor Encode(Linear encoder, Tensor x, Generator random) =>
        encoder.Forward(x).Tanh() + Noise * Tensor.Randn([x.Size(0), Width], random);

    private (double Speaker, double Accent) Ask(Linear encoder, Tensor mix, Generator random)
    {
        var (x, speakers, accents) = Draw(6000, mix, random);
        Tensor left = Encode(encoder, x, random).StopGradient();
        double speaker = Probe(left, speakers, accents, withinAccent: true);
        double accent = Probe(left, accents, accents, withinAccent: false);
        output.WriteLine($"right of the speakers, the accent known: {speaker:0.000}; of the accents: {accent:0.000}");
        return (speaker, accent);
    }

    /// <summary>The share that a linear classifier, taught on two thirds, tells right of the rest.</summary>
    private static double Probe(Tensor x, Tensor classes, Tensor accents, bool withinAccent)
    {
        using ParameterStore store = ParameterStore.Fresh(4);
        int taught = x.Size(0) / 3 * 2, count = withinAccent ? Speakers : Accents;
        Linear probe = new(store.Root, Width, count);
        Tensor others = Tensor.From<float>([.. SpeakersOfAccents.Cast<bool>().Select(isHeard => isHeard ? 0f : 1f)],
            Accents, Speakers).IndexSelect(0, accents).EqualTo(1);
        Tensor Answer() => (withinAccent ? probe.Forward(x).MaskedFill(others, -1e4) : probe.Forward(x)).LogSoftmax(-1);
        using Adam adam = new(store.Parameters, new() { LearningRate = 0.05 });
        for (int step = 0; step < 150; step++)
        {
            using TensorScope inner = new();
            store.ClearGradients();
            new ClassLoss().Of(Answer().Slice(0, 0, taught), classes.Slice(0, 0, taught)).Mean().Backward();
            adam.Step();
        }
        return Answer().Argmax(1).EqualTo(classes).To(DType.Float32).Slice(0, taught).Mean().Item();
    }

    private static (Tensor X, Tensor Speakers, Tensor Accents) Draw(int count, Tensor mix, Generator random)
    {
        Tensor speakers = (Tensor.Rand([count], random) * Speakers).To(DType.Int64);
        Tensor accents = Tensor.From<long>([.. Enumerable.Range(0, Speakers).Select(k => (long)k % Accents)], Speakers)
            .IndexSelect(0, speakers);
        Tensor features = Tensor.Cat(1, ClassLoss.OneHot(accents, Accents), ClassLoss.OneHot(speakers, Speakers),
            Tensor.Zeros([count, Heard - Accents - Speakers])) * 1.5;
        return ((features + 0.3 * Tensor.Randn([count, Heard], random)).Matmul(mix), speakers, accents);
    }

    private static bool[,] Pairs()
    {
        bool[,] pairs = new bool[Accents, Speakers];
        for (int speaker = 0; speaker < Speakers; speaker++)
            pairs[speaker % Accents, speaker] = true;
        return pairs;
    }
}
