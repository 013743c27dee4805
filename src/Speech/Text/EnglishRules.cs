using System.Globalization;
using System.Text.RegularExpressions;
using static Kouyin.Speech.Text.EnglishNumber;

namespace Kouyin.Speech.Text;

/// <summary>How numbers, abbreviations and symbols are spoken in English text.</summary>
internal static class EnglishRules
{
    private const string Number = @"(?>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?";
    private const string HalfDay = @"(?<half>[AaPp])\.?\s?[Mm]\b\.?";
    private const string Scale = @"(?:\s?(?<scale>[Tt]housand|[Mm]illion|[Bb]illion|[Tt]rillion|[MBK]\b))?";
    private const string Label = "[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?";

    private const string Months =
        "January|February|March|April|May|June|July|August|September|October|November|December"
        + "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec";

    private const string Day = "(?<d>3[01]|[12]\\d|0?[1-9])(?:st|nd|rd|th)?";
    private const string MonthPattern = $"(?<month>(?i:{Months}))\\b\\.?";
    private const string InYear = @"(?:,?\s+(?<y>[12]\d{3})(?!\d))?";

    private const string Streets =
        "(?:[A-Z][a-z]+ ){1,3}(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Way|Court|Ct)\\b";

    private static readonly Dictionary<string, string> Units = ParseTable("""
        kg kilogram|g gram|mg milligram|km kilometer|m meter|cm centimeter|mm millimeter|nm nanometer
        lb pound|lbs pound|oz ounce
        mi mile|ft foot|L liter|ml milliliter|mL milliliter|h hour|hr hour|min minute|s second|ms millisecond
        Hz hertz|kHz kilohertz
        MHz megahertz|GHz gigahertz|W watt|kW kilowatt|V volt|KB kilobyte|MB megabyte|GB gigabyte|TB terabyte|dB decibel
        °C degree Celsius|℃ degree Celsius|°F degree Fahrenheit|° degree
        m² square meter|m2 square meter|km² square kilometer|km2 square kilometer
        """);

    private static readonly Dictionary<string, string> Currencies = ParseTable("""
        $ dollar|US$ US dollar|USD US dollar|A$ Australian dollar|HK$ Hong Kong dollar|€ euro|EUR euro
        £ pound|GBP pound|¥ yen|￥ yen|JPY yen
        CNY yuan|RMB yuan|₩ won|₹ rupee
        """);

    private static readonly Dictionary<string, string> Abbreviations = ParseTable("""
        Mr mister|Mrs missus|Ms miz|Dr doctor|Prof professor|St saint|Jr junior|Sr senior
        vs versus|etc et cetera|Inc incorporated|Ltd limited
        Co company|Gen general|Capt captain|Lt lieutenant|Col colonel|Sgt sergeant|Rev reverend
        Hon honorable|approx approximately|dept department
        """);

    private static readonly Dictionary<string, string> Operators = new()
    {
        ["+"] = " plus ", ["="] = " equals ", ["×"] = " times ", ["÷"] = " divided by ",
        ["&"] = " and ", ["@"] = " at ", ["%"] = " percent ",
    };

    private static readonly string Unit = $"(?<unit>{Alternatives(Units.Keys)})(?![A-Za-z²])";
    private static readonly string Currency = $"(?<cur>{Alternatives(Currencies.Keys)})";

    /// <summary>Rules for what starts with a digit, most specific first.</summary>
    public static Rule[] Digit { get; } =
    [
        new("time", $@"(?<h>[01]?\d|2[0-4]):(?<m>[0-5]\d)(?::(?<s>[0-5]\d))?(?!\d)(?:\s?{HalfDay})?", Time),
        new("time", $@"(?<h>1[0-2]|0?[1-9])\s?{HalfDay}", Time),
        new(
            "date",
            $@"(?<the>(?<=[Tt]he\s))?{Day}(?:\s+of)?\s+{MonthPattern}{InYear}",
            m => $"{Article(m)}{Ordinal(m.Groups["d"].Value)} of {Month(m)}{YearOf(m)}"),
        new(
            "date",
            @"(?<y>(?:19|20)\d\d)[-/](?<mo>0[1-9]|1[0-2])[-/](?<d>3[01]|[12]\d|0[1-9])(?!\d)",
            m => $"{MonthName(int.Parse(m.Groups["mo"].Value, CultureInfo.InvariantCulture))} "
                + $"{Ordinal(m.Groups["d"].Value)} {Year(m.Groups["y"].Value)}"),
        new("decade", @"(?<y>(?:1\d|20)\d0)'?s\b", m => Plural(Year(m.Groups["y"].Value))),
        new("decade", @"(?<y>[2-9]0)'?s\b", m => Plural(Cardinal(m.Groups["y"].Value))),
        new("ordinal", @"(?<n>(?>\d{1,3}(?:,\d{3})+|\d+))(?:st|nd|rd|th)\b", m => Ordinal(m.Groups["n"].Value)),
        new("telephone", @"(?<!\d)(?:1[-\s])?\d{3}[-.\s]\d{3}[-.\s]\d{4}(?!\d)", m => Groups(m.Value)),
        new(
            "mixed fraction",
            @"(?<w>\d+)\s+(?<a>\d+)/(?<b>\d+)(?![\d/])",
            m => $"{Cardinal(m.Groups["w"].Value)} and {Fraction(m)}"),
        new("fraction", @"(?<a>\d+)\s?/\s?(?<b>\d+)(?![\d/])", Fraction),
        new("percent", $@"(?<a>{Number})\s?%", m => Read(m.Groups["a"].Value) + " percent"),
        new(
            "measure",
            $@"(?<a>{Number})\s?{Unit}",
            m => Read(m.Groups["a"].Value) + " "
                + PluralUnit(Units[m.Groups["unit"].Value], m.Groups["a"].Value == "1")),
        new("money", $@"(?<a>{Number}){Scale}\s?{Currency}", Money),
        new("address", $@"\d{{4}}(?=\s{Streets})", m => Year(m.Value)),
        new("version", @"\d+(?:\.\d+){2,}", m => string.Join(" point ", m.Value.Split('.').Select(Digits))),
        new("year", @"(?<![\d.,])(?:1[1-9]|20)\d\d(?![\d,%]|\.\d)", m => Year(m.Value)),
        new(
            "range",
            $@"(?<a>{Number})\s?[-–—~]\s?(?<b>{Number})(?![-\d])",
            m => $"{Read(m.Groups["a"].Value)} to {Read(m.Groups["b"].Value)}"),
        new(
            "model",
            @"(?<=[A-Za-z])\d+|\d+(?=[A-Za-z])|0\d+(?!\.)",
            m => m.Length <= 2 && m.Value[0] != '0' ? $" {Cardinal(m.Value)} " : $" {Digits(m.Value)} "),
        new("number", Number, m => Read(m.Value)),
    ];

    /// <summary>Rules for what starts with a letter or a symbol.</summary>
    public static Rule[] Other { get; } =
    [
        new("telephone", @"\(\d{3}\)\s?\d{3}[-\s]\d{4}(?!\d)", m => Groups(m.Value)),
        new("money", $@"{Currency}\s?(?<a>{Number}){Scale}", Money),
        new(
            "e-mail",
            $@"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}@(?:{Label}\.){{1,8}}[A-Za-z]{{2,24}}",
            m => Spell(m.Value)),
        new("url", @"(?<![A-Za-z0-9])(?:https?://|www\.)[A-Za-z0-9./_?=&%#~:+@-]{1,2000}", m => Spell(m.Value)),
        new("domain", $@"(?<![A-Za-z0-9@])(?:{Label}\.){{1,4}}(?:com|cn|net|org|edu|gov|io)\b", m => Spell(m.Value)),
        new(
            "date",
            $@"(?<![A-Za-z]){MonthPattern}\s+{Day}(?!\d|[:.]\d){InYear}",
            m => $"{Month(m)} {Ordinal(m.Groups["d"].Value)}{YearOf(m)}"),
        new(
            "initials",
            @"(?<![A-Za-z])(?<letters>(?:[A-Z]\.\s?){2,4})(?=[A-Z][a-z])",
            m => string.Concat(m.Value.Where(char.IsAsciiLetterUpper)) + " "),
        new("initials", @"(?<![A-Za-z])(?:[A-Z]\.){2,6}", m => string.Concat(m.Value.Where(char.IsAsciiLetterUpper))),
        new("street", @"(?<=[A-Z][a-z]{1,30} )St\.?(?=$|[\s,.])(?! [A-Z])", _ => "Street"),
        new(
            "abbreviation",
            $@"(?<![A-Za-z])(?<abbr>{Alternatives(Abbreviations.Keys)})\.",
            m => Abbreviations[m.Groups["abbr"].Value]),
        new("number sign", @"(?<![A-Za-z])No\.\s?(?=\d)", _ => "number "),
        new("minus", @"(?<![\dA-Za-z)])[-−–](?=[\d$€£¥])", _ => "minus "),
        new(
            "operator",
            "[+=×÷&@%]",
            m => Operators[m.Value]),
    ];

    private static string Time(Match m)
    {
        string minutes = m.Groups["m"].Value;
        string spoken = Cardinal(m.Groups["h"].Value);
        if (minutes.Length > 0 && minutes != "00")
            spoken += minutes[0] == '0' ? $" oh {Cardinal(minutes)}" : $" {Cardinal(minutes)}";
        else if (minutes.Length > 0 && !m.Groups["half"].Success)
            spoken += " o'clock";
        if (m.Groups["s"].Success)
            spoken += $" and {Cardinal(m.Groups["s"].Value)} seconds";
        return m.Groups["half"].Success ? $"{spoken} {m.Groups["half"].Value.ToUpperInvariant()}M" : spoken;
    }

    private static string Fraction(Match m)
    {
        bool one = m.Groups["a"].Value == "1";
        string part = m.Groups["b"].Value switch
        {
            "2" => one ? "half" : "halve",
            "4" => "quarter",
            string other => Ordinal(other),
        };
        return $"{Cardinal(m.Groups["a"].Value)} {part}{(one ? "" : "s")}";
    }

    private static string Money(Match m)
    {
        string name = Currencies[m.Groups["cur"].Value];
        string amount = m.Groups["a"].Value;
        string scale = m.Groups["scale"].Value switch
        {
            "M" => "million",
            "B" => "billion",
            "K" => "thousand",
            string word => word.ToLowerInvariant(),
        };
        if (scale.Length > 0)
            return $"{Read(amount)} {scale} {PluralUnit(name, false)}";
        string[] parts = amount.Split('.');
        if (parts.Length == 2 && parts[1].Length == 2 && name is not ("yen" or "won"))
            return Coins(parts[0], parts[1], name);
        return $"{Read(amount)} {PluralUnit(name, amount == "1")}";
    }

    private static string Coins(string whole, string hundredths, string name)
    {
        string coin = name switch { "pound" => "penny", _ => "cent" };
        string coins = hundredths == "01" ? coin : coin == "penny" ? "pence" : "cents";
        string main = $"{Read(whole)} {PluralUnit(name, whole == "1")}";
        return hundredths == "00" ? main
            : whole == "0" ? $"{Cardinal(hundredths)} {coins}"
            : $"{main} {Cardinal(hundredths)} {coins}";
    }

    private static string PluralUnit(string name, bool one) => one ? name : name switch
    {
        "foot" => "feet",
        "yen" or "won" or "yuan" or "hertz" or "kilohertz" or "megahertz" or "gigahertz" => name,
        _ when name.StartsWith("degree ", StringComparison.Ordinal) => "degrees" + name[6..],
        _ => name + "s",
    };

    private static string Groups(string text) =>
        string.Join(", ", text.Split(['(', ')', '-', '.', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Digits));

    private static string Article(Match m) => m.Groups["the"].Success ? "" : "the ";

    private static string Month(Match m) => MonthName(1 + Array.FindIndex(
        Months.Split('|'),
        month => month.StartsWith(m.Groups["month"].Value[..3], StringComparison.OrdinalIgnoreCase)));

    private static string MonthName(int number) => Months.Split('|')[number - 1].ToLowerInvariant();

    private static string YearOf(Match m) => m.Groups["y"].Success ? " " + Year(m.Groups["y"].Value) : "";

    private static string Spell(string text) => string.Join(' ', Regex.Split(text, "([^A-Za-z])")
        .Where(part => part.Length > 0)
        .Select(part => part switch
        {
            "." => "dot",
            "@" => "at",
            "/" => "slash",
            ":" => "colon",
            "-" => "dash",
            "_" => "underscore",
            "?" => "question mark",
            "=" => "equals",
            "&" => "and",
            "#" => "hash",
            "%" => "percent",
            "+" => "plus",
            "~" => "tilde",
            _ when char.IsAsciiDigit(part[0]) => Digits(part),
            _ => part,
        }));

    private static Dictionary<string, string> ParseTable(string table) => table
        .Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(entry => entry.Split(' ', 2))
        .ToDictionary(fields => fields[0], fields => fields[1]);

    private static string Alternatives(IEnumerable<string> words) => string.Join(
        '|', words.OrderByDescending(word => word.Length).Select(Regex.Escape));
}
