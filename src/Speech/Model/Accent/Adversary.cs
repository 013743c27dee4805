using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model.Accent;

/// <summary>Tells speakers or accents by a vector, and turns its gradient round on its way into the model.</summary>
/// <remarks>
/// Ganin et al. 2016, "Domain-adversarial training", section 4.2. Where each speaker has one accent, I(x; speaker) =
/// I(x; accent) + I(x; speaker | accent): an adversary of the speaker attacks the accent as well, unless it is told the
/// accent and judges within it, which attacks the second term alone. Such an adversary knows nothing when it says 1 / n
/// for each of n speakers; where it thinks the right one less likely than that it is not pressed further, or the model
/// would learn to lie instead of to hide.
/// </remarks>
public sealed class Adversary
{
    internal const int Heads = 8;
    private const int TokenWidth = 32;

    private static readonly Operator ReverseOp = new("kouyin::reverse_gradient");

    private readonly AdversaryConfig _config;
    private readonly ClassLoss _loss;
    private readonly TokenAttention? _tokens;
    private readonly Linear? _first;
    private readonly Linear _last;
    private readonly bool[,]? _speakersOfAccents;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">Its place.</param>
    /// <param name="config">How it is made.</param>
    /// <param name="inputs">Width of what it listens to.</param>
    /// <param name="speakersOfAccents">Whether a speaker is heard in an accent, [accents, speakers].</param>
    public Adversary(Params p, AdversaryConfig config, int inputs, bool[,] speakersOfAccents)
    {
        (_config, _loss) = (config, new(FocalGamma: config.FocalGamma));
        _speakersOfAccents = config.WithinAccent ? speakersOfAccents : null;
        int classes = speakersOfAccents.GetLength(config.Of == AdversaryAim.Speaker ? 1 : 0);
        if (config.Classifier == AdversaryKind.Tokens)
            _tokens = new(p / "tokens", inputs, classes, TokenWidth, config.Hidden, Heads);
        else
            _first = new(p / "first", inputs, config.Hidden);
        _last = new(p / "last", config.Hidden, classes);
    }

    /// <summary>x, whose gradient comes back with its sign turned.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="strength">Lambda.</param>
    /// <param name="clamp">The gradient's elements are cut to this size before; 0 cuts none.</param>
    public static Tensor Reverse(Tensor x, double strength, double clamp) => ReverseOp.Call(x, strength, clamp);

    /// <summary>Its loss for each vector, [N]. It learns by it as any classifier, what made x by the opposite.
    /// </summary>
    /// <param name="x">[N, inputs].</param>
    /// <param name="speakers">[N], int64.</param>
    /// <param name="accents">[N], int64.</param>
    /// <param name="step">Which step it is, from 1: decides lambda.</param>
    public Tensor Losses(Tensor x, Tensor speakers, Tensor accents, long step)
    {
        Tensor classes = _config.Of == AdversaryAim.Speaker ? speakers : accents;
        Tensor? others = _speakersOfAccents is null ? null : Others(_speakersOfAccents, accents);
        if (others is not null)
        {
            Tensor pressed = Known(x, classes, others);
            x = x * pressed + x.StopGradient() * (1 - pressed);
        }
        x = Reverse(x, _config.ReverseAt(step), _config.Clamp);
        return _loss.Of(LogProbabilities(x, others), classes);
    }

    /// <summary>Log-probabilities of the classes, [N, K]; -10000 and less where they are not of the accent.</summary>
    private Tensor LogProbabilities(Tensor x, Tensor? others)
    {
        Tensor hidden = _tokens is null ? _first!.Forward(x) : _tokens.Forward(x).Result;
        Tensor logits = _last.Forward(_config.Classifier == AdversaryKind.Mlp ? hidden.Relu() : hidden);
        return (others is null ? logits : logits.MaskedFill(others, -1e4)).LogSoftmax(-1);
    }

    /// <summary>1 where it gives the right class more than chance does, and 0 elsewhere, [N, 1].</summary>
    private Tensor Known(Tensor x, Tensor classes, Tensor others)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor right = LogProbabilities(x, others).Gather(1, classes.Unsqueeze(1));
        Tensor chance = -(1 - others.To(DType.Float32)).Sum(1, keep: true).Log();
        return scope.Keep((right > chance).To(DType.Float32));
    }

    /// <summary>Where a speaker is not heard in the item's accent, [N, speakers].</summary>
    private static Tensor Others(bool[,] speakersOfAccents, Tensor accents)
    {
        var (rows, columns) = (speakersOfAccents.GetLength(0), speakersOfAccents.GetLength(1));
        float[] heard = [.. speakersOfAccents.Cast<bool>().Select(isHeard => isHeard ? 1f : 0f)];
        return Tensor.From<float>(heard, rows, columns).To(accents.Device).IndexSelect(0, accents).EqualTo(0);
    }
}
