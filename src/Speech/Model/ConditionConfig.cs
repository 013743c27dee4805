namespace Kouyin.Speech.Model;

/// <summary>Where the speakers' vectors come from.</summary>
public enum SpeakerSource
{
    /// <summary>Nowhere: all speakers share everything.</summary>
    None,

    /// <summary>Each speaker's is learnt with the model.</summary>
    Table,

    /// <summary>Each speaker's lies beside the prepared data and stays as it is.</summary>
    Vector,
}

/// <summary>The speakers' vectors.</summary>
public sealed record SpeakerConfig
{
    /// <summary>Where they come from.</summary>
    public SpeakerSource Source { get; init; } = SpeakerSource.Table;

    /// <summary>E: their width.</summary>
    public int Width { get; init; } = 64;
}

/// <summary>How a vector reaches the decoder.</summary>
public enum DecoderPath
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>As one more mel beside the mean and the noise, the same in every frame.</summary>
    Channel,

    /// <summary>Scaling and shifting the channels of every residual block, together with the time.</summary>
    Film,
}

/// <summary>How the vectors reach the decoder.</summary>
public sealed record DecoderConditioning
{
    /// <summary>The speaker's; Grad-TTS's has a channel.</summary>
    public DecoderPath Speaker { get; init; } = DecoderPath.Channel;

    /// <summary>The accent's.</summary>
    public DecoderPath Accent { get; init; } = DecoderPath.None;
}
