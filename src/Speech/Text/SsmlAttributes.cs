using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kouyin.Speech.Text;

/// <summary>An element's name and attributes.</summary>
internal sealed partial class SsmlAttributes
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    private SsmlAttributes(string name) => Name = name;

    /// <summary>The name without namespace prefix, in lower case.</summary>
    public string Name { get; }

    /// <summary>An attribute's value, or null.</summary>
    public string? this[string attribute] => _values.GetValueOrDefault(attribute);

    /// <summary>Reads what stands between the angle brackets.</summary>
    public static SsmlAttributes Parse(string body)
    {
        int space = body.AsSpan().IndexOfAny(" \t\r\n");
        string name = space < 0 ? body : body[..space];
        SsmlAttributes tag = new(name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..].ToLowerInvariant());
        if (space >= 0)
            foreach (Match match in Attribute().Matches(body[space..]))
                tag._values[match.Groups["name"].Value] = Unescape(match.Groups["value"].Value);
        return tag;
    }

    /// <summary>The character of an entity's name, or null.</summary>
    public static string? Entity(string name) => name switch
    {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ when name.StartsWith("#x", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out int hex) => Character(hex),
        _ when name.StartsWith('#')
            && int.TryParse(name.AsSpan(1), NumberStyles.None, null, out int code) => Character(code),
        _ => null,
    };

    /// <summary>Text with its entities resolved and any tags taken out.</summary>
    public static string Unescape(string text) =>
        Escaped().Replace(text, match => match.Value[0] == '<' ? "" : Entity(match.Value[1..^1]) ?? match.Value);

    /// <summary>A duration such as <c>500ms</c> or <c>1.5s</c>, up to a minute, or null.</summary>
    public static double? Seconds(string? time)
    {
        const double longest = 60;
        if (time is null)
            return null;
        bool milliseconds = time.EndsWith("ms", StringComparison.Ordinal);
        ReadOnlySpan<char> number = time.AsSpan().TrimEnd("ms");
        return double.TryParse(number, CultureInfo.InvariantCulture, out double value) && value >= 0
            ? Math.Min(milliseconds ? value / 1000 : value, longest)
            : null;
    }

    /// <summary>A rate as a factor, or null.</summary>
    public static double? Rate(string rate)
    {
        double? named = rate switch
        {
            "x-slow" => 0.5,
            "slow" => 0.75,
            "medium" or "default" => 1,
            "fast" => 1.25,
            "x-fast" => 1.6,
            _ => null,
        };
        bool percent = rate.EndsWith('%');
        ReadOnlySpan<char> number = rate.AsSpan().TrimEnd('%');
        if (named is not null || !double.TryParse(number, CultureInfo.InvariantCulture, out double value)
            || !double.IsFinite(value))
            return named;
        double factor = percent ? value / 100 + (rate[0] is '+' or '-' ? 1 : 0) : value;
        return factor > 0 ? factor : null;
    }

    /// <summary>Past a declaration such as a document type, with whatever it declares between brackets.</summary>
    public static int AfterDeclaration(string text, int start)
    {
        int depth = 0;
        for (int i = start; i < text.Length; i++)
        {
            depth += text[i] switch { '[' => 1, ']' => -1, _ => 0 };
            if (text[i] == '>' && depth <= 0)
                return i + 1;
        }
        return text.Length;
    }

    private static string? Character(int code) => Rune.IsValid(code) && code > 0 ? new Rune(code).ToString() : null;

    [GeneratedRegex("""(?<name>[A-Za-z_:][-A-Za-z0-9_:.]{0,40})\s*=\s*(?:"(?<value>[^"]*)"|'(?<value>[^']*)')""")]
    private static partial Regex Attribute();

    [GeneratedRegex("<[^<>]{0,1000}>|&#?[A-Za-z0-9]{1,8};")]
    private static partial Regex Escaped();
}
