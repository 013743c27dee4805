namespace Kouyin.Speech.Training;

/// <summary>The best measurement of a run, by one loss, and how long ago it was.</summary>
public sealed record BestSoFar
{
    /// <summary>The lowest value; null before the first measurement.</summary>
    public double? Value { get; init; }

    /// <summary>Steps done when it was measured.</summary>
    public long Step { get; init; }

    /// <summary>Measurements since.</summary>
    public int Since { get; init; }

    /// <summary>After one more measurement. What is no number is no better than anything.</summary>
    internal BestSoFar After(double value, long step) => double.IsFinite(value) && !(value >= Value)
        ? new() { Value = value, Step = step }
        : this with { Since = Since + 1 };
}
