namespace Kouyin.Speech.Model.Accent;

/// <summary>What an adversary listens to.</summary>
public enum AdversaryPlace
{
    /// <summary>The mean mel frame of every symbol.</summary>
    Mean,

    /// <summary>The reference encoder's vector, before the tokens and the accent's classifier.</summary>
    Reference,

    /// <summary>The accent's vector, after the tokens.</summary>
    Style,
}

/// <summary>What an adversary wants to know.</summary>
public enum AdversaryAim
{
    /// <summary>Who speaks.</summary>
    Speaker,

    /// <summary>In which accent.</summary>
    Accent,
}

/// <summary>How an adversary tells classes apart.</summary>
public enum AdversaryKind
{
    /// <summary>Two linear layers with nothing between them.</summary>
    Linear,

    /// <summary>The same with a rectifier between them.</summary>
    Mlp,

    /// <summary>Attention over as many tokens as there are classes, then a linear layer.</summary>
    Tokens,
}

/// <summary>
/// A classifier that the model learns to mislead, so that what it listens to says less of what it wants to know.
/// </summary>
public sealed record AdversaryConfig
{
    /// <summary>What it listens to.</summary>
    public AdversaryPlace On { get; init; } = AdversaryPlace.Reference;

    /// <summary>What it wants to know.</summary>
    public AdversaryAim Of { get; init; } = AdversaryAim.Speaker;

    /// <summary>
    /// Whether it is told the accent and tells apart only that accent's speakers. Where every speaker has one accent,
    /// to hide the speaker from one that is not told is to hide the accent as well.
    /// </summary>
    public bool WithinAccent { get; init; } = true;

    /// <summary>How it is made.</summary>
    public AdversaryKind Classifier { get; init; } = AdversaryKind.Mlp;

    /// <summary>Channels inside it; a multiple of 8 for tokens.</summary>
    public int Hidden { get; init; } = 256;

    /// <summary>Gamma of the focal loss, 0 (cross-entropy) or at least 1. The focal loss presses least where the
    /// adversary knows most.</summary>
    public double FocalGamma { get; init; }

    /// <summary>Weight of its loss.</summary>
    public double Weight { get; init; } = 0.05;

    /// <summary>Lambda: by what its gradient is multiplied, besides the turned sign, on its way into the
    /// model.</summary>
    public double Reverse { get; init; } = 1;

    /// <summary>No element of that gradient is taken for larger than this; 0 takes all as they are.</summary>
    public double Clamp { get; init; } = 0.25;

    /// <summary>Steps before the model begins to mislead it.</summary>
    public int StartStep { get; init; }

    /// <summary>Steps over which lambda then rises to its full value; 0 for at once.</summary>
    public int RampSteps { get; init; }

    /// <summary>Its learning rate, as a multiple of the model's.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>Lambda at a step: 2 / (1 + e^(-10 p)) - 1 of its full value at the share p of the ramp.</summary>
    /// <remarks>Ganin et al. 2016, "Domain-adversarial training", section 5.2.2.</remarks>
    /// <param name="step">From 1.</param>
    public double ReverseAt(long step)
    {
        if (step <= StartStep)
            return 0;
        double share = RampSteps == 0 ? 1 : Math.Min(1, (double)(step - StartStep) / RampSteps);
        return share == 1 ? Reverse : Reverse * (2 / (1 + Math.Exp(-10 * share)) - 1);
    }

    /// <summary>Everything that is wrong with the values.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Hidden < 1 || (Classifier == AdversaryKind.Tokens && Hidden % Adversary.Heads != 0))
            yield return $"model.adversary.hidden is {Hidden}, but must be positive, and a multiple of 8 for tokens";
        if (FocalGamma is not (0 or >= 1))
            yield return $"model.adversary.focal_gamma is {FocalGamma}, but must be 0 or at least 1";
        if (!(Weight >= 0) || !(Reverse >= 0) || !(Clamp >= 0) || StartStep < 0 || RampSteps < 0)
            yield return "model.adversary: weight, reverse, clamp, start_step and ramp_steps must not be negative";
        if (!(LearningRateFactor > 0))
            yield return $"model.adversary.learning_rate_factor is {LearningRateFactor}, but must be above 0";
        if (WithinAccent && Of == AdversaryAim.Accent)
            yield return "model.adversary.within_accent is for an adversary of the speaker, not of the accent";
    }
}
