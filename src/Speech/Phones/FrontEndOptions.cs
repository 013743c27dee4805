using Kouyin.Speech.Text;

namespace Kouyin.Speech.Phones;

/// <summary>What a caller may choose about reading.</summary>
public sealed record FrontEndOptions
{
    /// <summary>The choices of a standard Mandarin voice.</summary>
    public static FrontEndOptions Default { get; } = new();

    /// <summary>The language whose words numbers and symbols are spoken in.</summary>
    public Language Language { get; init; }

    /// <summary>The user's own words; null for none.</summary>
    public UserLexicon? Lexicon { get; init; }
}
