using Kouyin.Speech.Model.Accent;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Model.Accent;

/// <summary>
/// Accent tokens, their losses and an adversary against what PyTorch's own layers compute recording by recording:
/// tests/golden/accent_tokens.py, which this follows.
/// </summary>
public sealed class AccentGoldenTests
{
    private const int Mels = 24, Accents = 3;
    private const double Share = 0.5;

    private static readonly long[] Frames = [150, 70, 33];

    private static readonly AccentConfig Config = new()
    {
        Source = AccentSource.Tokens, Tokens = 5, TokenWidth = 8, Width = 32, Heads = 4,
        Loss = AccentLossKind.Embedding, LabelSmoothing = 0.1, FocalGamma = 2,
    };

    private static readonly AdversaryConfig Against = new() { Hidden = 16, Reverse = 0.7, Clamp = 0 };

    private static readonly bool[,] SpeakersOfAccents =
    {
        { true, false, false, true, false, false },
        { false, true, false, false, true, false },
        { false, false, true, true, false, true },
    };

    [Fact]
    public void What_is_heard_the_losses_and_every_gradient_match()
    {
        using TensorScope scope = new();
        using Fixture golden =
            Fixture.Open(Path.Combine(AppContext.BaseDirectory, "golden", "accent-tokens.safetensors"));
        using ParameterStore store = Spread.Weights(p => _ = new AccentTokens(p, Config, Mels, Accents));
        using ParameterStore opposite =
            Spread.Weights(p => _ = new Adversary(p, Against, ReferenceEncoder.Width, SpeakersOfAccents));
        AccentTokens tokens = new(store.Root, Config, Mels, Accents);
        Adversary adversary = new(opposite.Root, Against, ReferenceEncoder.Width, SpeakersOfAccents);
        Tensor accents = Tensor.From<long>([1, 0, 2], 3), speakers = Tensor.From<long>([1, 3, 5], 3);

        HeardAccent heard = tokens.Forward(Mel(), Frames);
        Tensor known = tokens.LogProbabilities(heard);
        Tensor loss = new ClassLoss(Config.LabelSmoothing, Config.FocalGamma).Of(known, accents);
        Tensor against = adversary.Losses(heard.Reference, speakers, accents, step: 1);
        (loss.Mean() + Share * against.Mean()).Backward();

        Fixture.Compare("reference", heard.Reference, golden["reference"]);
        Fixture.Compare("style", heard.Style, golden["style"]);
        Fixture.Compare("weights", heard.Weights, golden["weights"]);
        Fixture.Compare("log-probabilities", known, golden["log_probabilities"]);
        Fixture.Compare("accent losses", loss, golden["accent_losses"]);
        Fixture.Compare("adversary's losses", against, golden["adversary_losses"]);
        Spread.CompareGradients(golden["gradients"], store, opposite);
    }

    /// <summary>As a batch holds them: zero where the shorter ones have ended.</summary>
    private static Tensor Mel() => Spread.Numbers(100, Frames.Length, Frames.Max(), Mels) * 6
        * Kouyin.Torch.Layers.Mask.FromLengths(Tensor.From<long>(Frames, Frames.Length), (int)Frames.Max());
}
