using System.Globalization;
using System.Text.RegularExpressions;
using static Kouyin.Speech.Text.ChineseNumber;

namespace Kouyin.Speech.Text;

/// <summary>Dates, years and times of day in Chinese text.</summary>
internal static class ChineseDates
{
    private const string Month = @"(?<m>0?[1-9]|1[0-2])";
    private const string Day = @"(?<d>3[01]|[12]\d|0?[1-9])";
    private const string Clock = @"(?<h>[01]?\d|2[0-4])[:：](?<min>[0-5]\d)(?:[:：](?<s>[0-5]\d)(?:\.\d+)?)?(?![:：]?\d)";
    private const string HalfDay = @"(?:\s?(?<half>[AaPp]\.?[Mm](?![A-Za-z])\.?))?";

    /// <summary>Rules for what starts with a digit, most specific first.</summary>
    public static Rule[] Rules { get; } =
    [
        new("date", $@"(?<!\d)(?<y>\d{{4}})(?<sep>[-/.·]){Month}\k<sep>{Day}(?!\d)(?:T(?=\d))?", YearMonthDay),
        new("date", $@"(?<!\d)(?<y>(?:19|20)\d\d)[-/.](?<m>0[1-9]|1[0-2])(?![\d.-])", YearMonth),
        new("date", $@"(?<!\d)(?<m>0[1-9]|1[0-2])[-/.](?<y>(?:19|20)\d\d)(?![\d.-])", YearMonth),
        new("date", $@"(?<![\d/]){Month}/{Day}(?![\d/%])", MonthDay),
        new(
            "years",
            @"(?<y>[12]\d{3})年?[-–—~～至到](?<z>[12]\d{3})(?=年)",
            m => $"{Digits(m.Groups["y"].Value)}到{Digits(m.Groups["z"].Value)}"),
        new("year", @"(?<=公元前?)\d+(?=年)", m => Digits(m.Value)),
        new("year", @"(?<![\d.])[12]\d{3}(?=年)(?!000年)", Year),
        new("year", @"(?<![\d.])\d\d(?=年(?:\d{1,2}月|[春夏秋冬初底末]|版|款|世界杯|奥运))", m => Digits(m.Value)),
        new("decade", @"(?<![\d.])[12]\d\d0(?:'?s)(?![A-Za-z])", m => Digits(m.Value[..4]) + "年代"),
        new("generation", @"(?<![\d.])\d0(?=后(?![面续来期边台备天勤卫]))", m => Digits(m.Value)),
        new(
            "time",
            $@"(?<!\d){Clock}{HalfDay}\s?[-–—~～至到]\s?(?=(?:[01]?\d|2[0-4])[:：][0-5]\d)",
            m => Time(m) is string from ? from + "到" : null),
        new("time", $@"(?<!\d){Clock}{HalfDay}", Time),
        new("time", @"(?<!\d)(?<h>1[0-2]|0?[1-9])\s?(?<half>[AaPp]\.?[Mm](?![A-Za-z])\.?)",
            m => HalfDayName(m) + Hour(m)),
    ];

    private static string? YearMonthDay(Match m) =>
        $"{Digits(m.Groups["y"].Value)}年{Part(m, "m")}月{Part(m, "d")}日";

    private static string? YearMonth(Match m) => $"{Digits(m.Groups["y"].Value)}年{Part(m, "m")}月";

    /// <summary>08/08 is a date, 3/16 a fraction: only a leading zero tells.</summary>
    private static string? MonthDay(Match m) =>
        m.Groups["m"].Value[0] == '0' || m.Groups["d"].Value[0] == '0' ? $"{Part(m, "m")}月{Part(m, "d")}日" : null;

    /// <summary>Round thousands before 前, 历史 and the like are spans of time, not years.</summary>
    private static string? Year(Match m) => m.Value.EndsWith("000", StringComparison.Ordinal) && m.Value != "2000"
        ? null : Digits(m.Value);

    private static string? Time(Match m)
    {
        string minutes = m.Groups["min"].Value;
        string seconds = m.Groups["s"].Value;
        string spoken = HalfDayName(m) + Hour(m);
        if (minutes != "00" || seconds.Length > 0)
            spoken += TwoDigits(minutes) + "分";
        if (seconds.Length > 0)
            spoken += TwoDigits(seconds) + "秒";
        return spoken;
    }

    /// <summary>05 is 零五, 00 is 零.</summary>
    private static string TwoDigits(string digits) => digits[0] != '0' ? Cardinal(digits)
        : digits == "00" ? "零" : "零" + Cardinal(digits[1..]);

    private static string Hour(Match m)
    {
        int hour = int.Parse(m.Groups["h"].Value, CultureInfo.InvariantCulture);
        return (hour == 2 ? "两" : Cardinal(hour.ToString(CultureInfo.InvariantCulture))) + "点";
    }

    private static string HalfDayName(Match m)
    {
        if (!m.Groups["half"].Success)
            return "";
        bool noon = m.Groups["h"].Value == "12";
        return m.Groups["half"].Value[0] is 'a' or 'A' ? noon ? "凌晨" : "上午" : noon ? "中午" : "下午";
    }

    private static string Part(Match m, string group) => Cardinal(m.Groups[group].Value.TrimStart('0'));
}
