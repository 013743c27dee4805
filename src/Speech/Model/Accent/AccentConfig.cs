namespace Kouyin.Speech.Model.Accent;

/// <summary>Where the accents' vectors come from.</summary>
public enum AccentSource
{
    /// <summary>Nowhere: a speaker has the accent of the recordings.</summary>
    None,

    /// <summary>Each accent's is learnt with the model.</summary>
    Table,

    /// <summary>Each accent's lies beside the prepared data and stays as it is.</summary>
    Vector,

    /// <summary>Tokens make them of recordings in the accent.</summary>
    Tokens,
}

/// <summary>Which recording the tokens hear while they learn.</summary>
public enum ReferenceChoice
{
    /// <summary>The utterance itself, as in the log: the style then holds its speaker and words as well.</summary>
    Target,

    /// <summary>Another utterance of the same accent, of another speaker where there is one.</summary>
    SameAccent,

    /// <summary>One of a few utterances that stand for the accent.</summary>
    ClassPool,
}

/// <summary>Which vector a voice speaks an accent with, where no recording is given.</summary>
public enum AccentRecall
{
    /// <summary>The mean over the accent's training recordings, each speaker counting alike.</summary>
    ClassMean,

    /// <summary>That of one training recording, which the seed chooses.</summary>
    Pool,

    /// <summary>None: a recording must be given.</summary>
    Clip,
}

/// <summary>By what the tokens learn which accent they hear.</summary>
public enum AccentLossKind
{
    /// <summary>By nothing but the model's other losses.</summary>
    None,

    /// <summary>A linear classifier of the accent's vector.</summary>
    Embedding,

    /// <summary>The tokens' weights themselves: a token is an accent.</summary>
    Weights,
}

/// <summary>The accents' vectors.</summary>
public sealed record AccentConfig
{
    /// <summary>Where they come from.</summary>
    public AccentSource Source { get; init; } = AccentSource.None;

    /// <summary>A: their width.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Tokens to choose from; what follows counts for tokens only.</summary>
    public int Tokens { get; init; } = 4;

    /// <summary>Heads that choose, each for itself; divides the width.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Width of a token.</summary>
    public int TokenWidth { get; init; } = 32;

    /// <summary>Which recording they hear while they learn.</summary>
    public ReferenceChoice Reference { get; init; } = ReferenceChoice.SameAccent;

    /// <summary>Which vector a voice speaks an accent with.</summary>
    public AccentRecall Inference { get; init; } = AccentRecall.ClassMean;

    /// <summary>By what they learn which accent they hear.</summary>
    public AccentLossKind Loss { get; init; } = AccentLossKind.None;

    /// <summary>Weight of that loss.</summary>
    public double LossWeight { get; init; } = 1;

    /// <summary>Share of its aim that all accents get alike, in [0, 1).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Gamma of the focal loss, 0 (cross-entropy) or at least 1.</summary>
    public double FocalGamma { get; init; }

    /// <summary>Whether every accent counts alike in it, however often it is shown.</summary>
    public bool ClassBalance { get; init; }

    /// <summary>Everything that is wrong with the values.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Width < 1 || TokenWidth < 1 || Tokens < 1 || Heads < 1)
            yield return "model.accent: width, tokens, token_width and heads must be positive";
        else if (Source == AccentSource.Tokens && Width % Heads != 0)
            yield return $"model.accent.heads {Heads} does not divide the width {Width}";
        if (Source != AccentSource.Tokens && Loss != AccentLossKind.None)
            yield return "model.accent.loss is for accents whose source is tokens";
        if (!(LossWeight >= 0))
            yield return $"model.accent.loss_weight is {LossWeight}, but must not be negative";
        if (LabelSmoothing is not (>= 0 and < 1))
            yield return $"model.accent.label_smoothing is {LabelSmoothing}, but must be in [0, 1)";
        if (FocalGamma is not (0 or >= 1))
            yield return $"model.accent.focal_gamma is {FocalGamma}, but must be 0 or at least 1";
    }
}
