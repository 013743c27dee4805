namespace Kouyin.Speech.Data;

/// <summary>One utterance on its way into prepared data: its line and its features, or why it is refused.</summary>
internal sealed record PreparedItem
{
    public required Refusal? Refusal { get; init; }

    /// <summary>The line of the table.</summary>
    public PreparedUtterance? Utterance { get; init; }

    /// <summary>[T, M].</summary>
    public float[] Mel { get; init; } = [];

    /// <summary>[T], dB of full scale.</summary>
    public float[] EnergyDb { get; init; } = [];

    /// <summary>[T], natural logarithm of hertz; 0 where there is no pitch.</summary>
    public float[] LogF0 { get; init; } = [];

    /// <summary>[N]; empty unless they are to be kept.</summary>
    public short[] Samples { get; init; } = [];

    public static PreparedItem Refused(Refusal refusal) => new() { Refusal = refusal };
}

/// <summary>An utterance that cannot be used. It never leaves <see cref="UtterancePreparer"/>.</summary>
internal sealed class RefusedException(RefusalReason reason, string detail) : Exception(detail)
{
    public RefusalReason Reason { get; } = reason;
}
