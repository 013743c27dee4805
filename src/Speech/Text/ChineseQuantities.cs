using System.Globalization;
using System.Text.RegularExpressions;
using static Kouyin.Speech.Text.ChineseNumber;

namespace Kouyin.Speech.Text;

/// <summary>Amounts in Chinese text: money, shares, measures, fractions, ranges, scores, plain numbers.</summary>
internal static class ChineseQuantities
{
    /// <summary>A number with optional thousands commas and decimals.</summary>
    private const string Number = @"(?>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?";

    private const string To = @"\s?[-–—~～]\s?";
    private const string Big = @"(?<big>百万|千万|十亿|百亿|千亿|万亿|亿|万|千|百)?";

    private const string ScoreWords =
        "比分|比数|战胜|击败|大胜|险胜|完胜|惨败|不敌|输给|负于|逆转|领先|落后|战平|爆冷|打成|扳成|追成|总分|胜|负|败|赢|输|队"
        + "|中国|美国|日本|韩国|朝鲜|英国|英格兰|法国|德国|意大利|西班牙|葡萄牙|荷兰|比利时|巴西|阿根廷|俄罗斯|澳大利亚|伊朗|伊拉克|沙特|卡塔尔|泰国|越南";

    private static readonly string Unit = $@"(?<unit>{Units.Pattern})(?![A-Za-z²³])";

    /// <summary>Rules for what starts with a digit, most specific first.</summary>
    public static Rule[] Rules { get; } =
    [
        new(
            "score",
            $@"(?<=(?:{ScoreWords})[^\d。！？；]{{0,6}})(?<a>\d{{1,3}})\s?[-–—:：比]\s?(?<b>\d{{1,3}})"
                + $@"(?![\d.:：%]|[-–—]\d)(?!{Units.Counted}|[A-Za-z])",
            m => Joined(m, "比")),
        new("ratio", @"(?<![\d:：.])(?<a>\d{1,4})\s?[:：]\s?(?<b>\d{1,4})(?![\d:：])", m => Joined(m, "比")),
        new(
            "percent range",
            $@"(?<a>{Number})[%％]?{To}(?<b>{Number})[%％]",
            m => $"百分之{Amount(m, "a")}到{(m.Value.Count(c => c is '%' or '％') > 1 ? "百分之" : "")}{Amount(m, "b")}"),
        new("percent", $@"(?<a>{Number})\s?[%％]", m => "百分之" + Amount(m, "a")),
        new("permille", $@"(?<a>{Number})\s?‰", m => "千分之" + Amount(m, "a")),
        new(
            "rate",
            $@"(?<a>{Number})\s?(?<unit>{Units.Pattern})/(?<per>{Units.PerPattern})(?![A-Za-z])",
            m => Units.Per(m.Groups["per"].Value) + Counting(m, "a") + Units.Name(m.Groups["unit"].Value)),
        new(
            "measure range",
            $@"(?<a>{Number})\s?(?:{Units.Pattern})?{To}(?<minus>-)?(?<b>{Number})\s?{Unit}",
            MeasureRange),
        new("measure", $@"(?<a>{Number})\s?{Unit}", m => Counting(m, "a") + Units.Name(m.Groups["unit"].Value)),
        new("money", $@"(?<a>{Number})\s?{Big}\s?(?<cur>{Units.CurrencyPattern})(?![A-Za-z\d])", Money),
        new(
            "mixed fraction",
            $@"(?<w>\d+)又(?<a>\d+)\s?/\s?(?<b>\d+)",
            m => $"{Cardinal(m.Groups["w"].Value)}又{Fraction(m)}"),
        new("fraction", @"(?<![\d/])(?<a>\d+)\s?/\s?(?<b>\d+)(?![\d/])", Fraction),
        new("denominator", @"\d+(?=分之)", m => Ordinal(m.Value)),
        new("amount", $@"(?<a>{Number})(?=[万亿]?(?:元|块|美元|欧元|英镑|港元|日元|韩元|人民币))", m => Counting(m, "a")),
        new("difference", $@"(?<a>{Number})\s?-\s?(?<b>{Number})(?=\s?[=＝])", m => Joined(m, "减")),
        new(
            "range",
            $@"(?<!\d[-–—])(?<a>{Number}){To}(?<b>{Number})(?![\d]|[-–—]\d)(?:(?=(?<c>{Units.Counted})))?",
            Range),
    ];

    /// <summary>Money with the sign in front: it is said behind.</summary>
    public static Rule CurrencyFirst { get; } = new(
        "money",
        $@"(?<![A-Za-z])(?<cur>{Units.CurrencyPattern})\s?(?<a>{Number})(?:{To}(?:\k<cur>)?(?<b>{Number}))?\s?{Big}元?",
        Money);

    /// <summary>A plain number by what stands around it.</summary>
    public static Rule[] Plain { get; } =
    [
        new("ordinal", @"(?<=第)\d+(?!\.\d)", m => Ordinal(m.Value)),
        new("version", @"\d+(?:\.\d+){2,}", m => string.Join('点', m.Value.Split('.').Select(part => Digits(part)))),
        new("count", $@"(?<![\d.])2(?={Units.Counted})(?!两)", _ => "两"),
        new("number", Number, m => Read(m.Value)),
    ];

    private static string Amount(Match m, string group) => ReadAmount(m.Groups[group].Value);

    /// <summary>An amount before a unit: 两 for 2.</summary>
    private static string Counting(Match m, string group) =>
        Amount(m, group) is string spoken && spoken == "二" ? "两" : Amount(m, group);

    private static string Joined(Match m, string word) =>
        Read(m.Groups["a"].Value) + word + Read(m.Groups["b"].Value);

    private static string Fraction(Match m) =>
        $"{Ordinal(m.Groups["b"].Value)}分之{Ordinal(m.Groups["a"].Value)}";

    private static string Money(Match m)
    {
        string range = m.Groups["b"].Success ? "到" + Amount(m, "b") : "";
        string first = range.Length > 0 ? Amount(m, "a") : Counting(m, "a");
        return $"{first}{range}{m.Groups["big"].Value}{Units.Currency(m.Groups["cur"].Value)}";
    }

    private static string MeasureRange(Match m) =>
        $"{Amount(m, "a")}到{(m.Groups["minus"].Success ? "零下" : "")}{Counting(m, "b")}"
        + Units.Name(m.Groups["unit"].Value);

    /// <summary>From smaller to greater is a range, as is anything with a tilde; the rest is a difference.</summary>
    private static string Range(Match m)
    {
        bool dashed = m.Value.AsSpan().ContainsAny("~～—–");
        string word = dashed || ValueOf(m, "a") < ValueOf(m, "b") ? "到" : "减";
        return m.Groups["c"].Success ? Counting(m, "a") + word + Counting(m, "b") : Joined(m, word);
    }

    private static double ValueOf(Match m, string group) =>
        double.Parse(m.Groups[group].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
