namespace Kouyin.Speech.Training;

/// <summary>How much of another model a run takes over.</summary>
public enum StartKind
{
    /// <summary>Whatever fits; the rest is fresh, and is listed.</summary>
    Warm,

    /// <summary>Everything, or the run is refused; new are only rows of speakers and accents that it did not know.
    /// </summary>
    Tune,
}

/// <summary>Another model that a run starts from. The optimizer is always fresh.</summary>
public sealed record StartRecipe
{
    /// <summary>The recipe whose run lies beside this run's folder, or a path to a voice.</summary>
    public required string From { get; init; }

    /// <summary>How much of it must fit.</summary>
    public StartKind Kind { get; init; } = StartKind.Warm;

    /// <summary>
    /// Share of what is shown that comes from the prepared data which <c>data</c> does not select, so that the model
    /// does not forget it; in [0, 1).
    /// </summary>
    public double Replay { get; init; }

    internal IEnumerable<string> Problems()
    {
        if (From.Length == 0)
            yield return "start.from is empty, but must name a recipe or a voice";
        if (Replay is not (>= 0 and < 1))
            yield return $"start.replay is {Replay}, but must be in [0, 1)";
    }
}
