namespace Kouyin.Speech.Phones;

/// <summary>How a stretch of text is to be spoken, as markup says.</summary>
/// <param name="Rate">Speed; 1 is the speaker's own, 2 twice as fast.</param>
/// <param name="Voice">The speaker's name; null leaves the choice to the caller.</param>
/// <param name="Accent">The accent's name; null leaves the choice to the caller.</param>
public sealed record Style(double Rate = 1, string? Voice = null, string? Accent = null)
{
    /// <summary>The slowest rate that markup can ask for.</summary>
    public const double SlowestRate = 0.25;

    /// <summary>The fastest.</summary>
    public const double FastestRate = 4;

    /// <summary>No wish.</summary>
    public static Style Default { get; } = new();
}
