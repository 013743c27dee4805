using System.Text.RegularExpressions;

namespace Kouyin.Speech.Text;

/// <summary>One way of writing something, and how it is spoken.</summary>
/// <remarks>
/// Patterns are tried at one position only and every repetition in them is bounded or atomic, so that normalizing takes
/// linear time. They are made when first needed.
/// </remarks>
/// <param name="name">What it recognizes, for --explain.</param>
/// <param name="pattern">A regular expression; \G stands in front of it.</param>
/// <param name="say">The words; null where the pattern fits but the thing is something else.</param>
internal sealed class Rule(string name, string pattern, Func<Match, string?> say)
{
    private Regex? _regex;

    /// <summary>What it recognizes.</summary>
    public string Name { get; } = name;

    /// <summary>The words for what stands at a position and how much of the text they cover, or null.</summary>
    public string? Say(string text, int at, out int length)
    {
        _regex ??= new(@"\G(?:" + pattern + ")", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
        Match match = _regex.Match(text, at);
        length = match.Length;
        return match.Success ? say(match) : null;
    }
}
