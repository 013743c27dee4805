using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Accent;

/// <summary>What the tokens made of recordings.</summary>
/// <param name="Reference">What the recording sounds like, before the tokens, [B, 128].</param>
/// <param name="Style">What the tokens leave of it, the accent's vector, [B, W].</param>
/// <param name="Weights">How much of each token is in it, adding up to 1, [B, K].</param>
public sealed record HeardAccent(Tensor Reference, Tensor Style, Tensor Weights);

/// <summary>Recordings to their accents' vectors: a reference encoder, and tokens that it may choose from.</summary>
/// <remarks>
/// Wang et al. 2018, "Style Tokens", with as many tokens as a recipe wants, and a loss that tells them which accent
/// each recording has.
/// </remarks>
public sealed class AccentTokens
{
    /// <summary>Its name in a model.</summary>
    internal const string Place = "acc_tokens";

    private readonly ReferenceEncoder _encoder;
    private readonly TokenAttention _tokens;
    private readonly Linear? _accent;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">Its place.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="mels">M.</param>
    /// <param name="accents">A.</param>
    /// <exception cref="UserException">The loss wants a token for each accent, and there are more or fewer.</exception>
    public AccentTokens(Params p, AccentConfig config, int mels, int accents)
    {
        if (config.Loss == AccentLossKind.Weights && config.Tokens != accents)
        {
            throw new UserException(
                $"the recipe has {config.Tokens} accent tokens for {accents} accents, of which each is to have its own",
                "model.accent.tokens", $"set it to {accents}, or model.accent.loss to embedding");
        }
        _encoder = new(p / "reference", mels);
        _tokens = new(
            p / "tokens", ReferenceEncoder.Width, config.Tokens, config.TokenWidth, config.Width, config.Heads);
        _accent = config.Loss == AccentLossKind.Embedding ? new(p / "accent", config.Width, accents) : null;
    }

    /// <summary>Listens.</summary>
    /// <param name="mel">As the model sees it, [B, T, M], zero on padding.</param>
    /// <param name="frameCounts">Real frames of each.</param>
    public HeardAccent Forward(Tensor mel, IReadOnlyList<long> frameCounts)
    {
        Tensor reference = _encoder.Forward(mel, frameCounts);
        var (style, weights) = _tokens.Forward(reference);
        return new(reference, style, weights);
    }

    /// <summary>Log-probabilities of the accents, [B, A]: those of the classifier, or the tokens' weights.</summary>
    public Tensor LogProbabilities(HeardAccent heard) => _accent is null
        ? heard.Weights.Clamp(min: 1e-8).Log()
        : _accent.Forward(heard.Style).LogSoftmax(-1);
}
