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
}

/// <summary>The accents' vectors.</summary>
public sealed record AccentConfig
{
    /// <summary>Where they come from.</summary>
    public AccentSource Source { get; init; } = AccentSource.None;

    /// <summary>A: their width.</summary>
    public int Width { get; init; } = 64;
}
