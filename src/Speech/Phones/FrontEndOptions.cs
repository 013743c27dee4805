using Kouyin.Speech.Text;

namespace Kouyin.Speech.Phones;

/// <summary>What a caller may choose about reading.</summary>
public sealed record FrontEndOptions
{
    /// <summary>The choices of a standard Mandarin voice.</summary>
    public static FrontEndOptions Default { get; } = new();

    /// <summary>The language whose words numbers and symbols are spoken in.</summary>
    public Language Language { get; init; }

    /// <summary>How the accent reads; an accent of <see cref="AccentPolicy.ByAccent"/> in markup wins.</summary>
    public AccentPolicy Accent { get; init; } = AccentPolicy.Standard;

    /// <summary>Told of everything in markup that cannot be followed.</summary>
    public Action<string>? Report { get; init; }

    /// <summary>The user's own words; null for none.</summary>
    public UserLexicon? Lexicon { get; init; }
}
