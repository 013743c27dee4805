using System.Text.RegularExpressions;

namespace Kouyin.Speech.Text;

/// <summary>SSML's say-as: what the author says that characters are.</summary>
internal static partial class SayAs
{
    /// <summary>The words for a content; kinds that need nothing special go through the usual rules.</summary>
    public static string Spoken(string content, string kind) => kind switch
    {
        "characters" or "spell-out" or "verbatim" => string.Join(' ', content.Select(c =>
            char.IsAsciiDigit(c) ? ChineseNumber.Digits(c.ToString()) : c.ToString())),
        "digits" => Digits().Replace(content, match => ChineseNumber.Digits(match.Value)),
        "telephone" => Digits().Replace(content, match => ChineseNumber.Digits(match.Value, yao: true)),
        "cardinal" or "number" => Digits().Replace(content, match => ChineseNumber.Cardinal(match.Value)),
        "ordinal" => Digits().Replace(content, match => "第" + ChineseNumber.Ordinal(match.Value)),
        _ => content,
    };

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
