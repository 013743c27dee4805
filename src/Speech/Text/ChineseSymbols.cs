using static Kouyin.Speech.Text.ChineseNumber;

namespace Kouyin.Speech.Text;

/// <summary>Symbols and signs in Chinese text.</summary>
internal static class ChineseSymbols
{
    private const string Temperature = @"[\d.,]{1,12}(?:\s?[-–—~～]\s?-?[\d.,]{1,12})?\s?(?:[°º˚]\s?[CcFf]|℃|℉|度|摄氏度)";

    /// <summary>Letters of other alphabets that have Chinese names.</summary>
    private const string Greek =
        "α阿尔法 β贝塔 γ伽马 δ德尔塔 ε艾普西隆 θ西塔 λ兰姆达 μ缪 π派 ρ柔 σ西格玛 τ陶 φ斐 ω欧米伽 Δ德尔塔 Σ西格玛 Ω欧米伽 Φ斐 Ψ普西";

    private static readonly Dictionary<char, string> Names =
        Greek.Split(' ').ToDictionary(entry => entry[0], entry => entry[1..]);

    private static readonly Dictionary<char, string> Halves = new()
    {
        ['½'] = "二分之一", ['¼'] = "四分之一", ['¾'] = "四分之三", ['⅓'] = "三分之一", ['⅔'] = "三分之二", ['⅛'] = "八分之一",
    };

    /// <summary>Rules for what is neither a digit nor a letter.</summary>
    public static Rule[] Rules { get; } =
    [
        new("to", @"(?<=[年月日号时点分秒元块米克度岁级个天周%℃点半]|公里|星期.|周.)\s?[-–—~～](?=\s?(?:\d|周|星期|零下))", _ => "到"),
        new("below zero", $@"(?<![\dA-Za-z)）])[-−–](?={Temperature})", _ => "零下"),
        new("minus", @"(?<![\dA-Za-z)）])[-−–](?=\.?\d)", _ => "负"),
        new("plus or minus", "±|\\+/-", _ => "正负"),
        new("comparison", "<=|≤|≦", _ => "小于等于"),
        new("comparison", ">=|≥|≧", _ => "大于等于"),
        new("comparison", @"(?<=[\dA-Za-z]\s?)<(?=\s?[-\dA-Za-z])", _ => "小于"),
        new("comparison", @"(?<=[\dA-Za-z]\s?)>(?=\s?[-\dA-Za-z])", _ => "大于"),
        new("country code", @"\+(?=86[-\s]?1\d{2})", _ => ""),
        new("positive", @"(?<![\dA-Za-z)）\s])\+(?=\d[\d.]{0,12}\s?(?:%|℃|°))", _ => "正"),
        new("per", @"(?<=[元块升克米次吨度秒])/(?=\p{IsCJKUnifiedIdeographs})", _ => "每"),
        new("times", @"(?<=\d\s?)[*×xX✕](?=\s?\d)", _ => "乘"),
        new("hash", @"#(?=\d)|(?<=\d)#", _ => "井号"),
        new("power", "²|³", m => m.Value == "²" ? "的平方" : "的立方"),
        new("half", "[½¼¾⅓⅔⅛]", m => Halves[m.Value[0]]),
        new("circled", "[①-⑳]", m => Cardinal((m.Value[0] - '①' + 1).ToString())),
        new("roman", "[Ⅰ-Ⅻ]", m => Cardinal((m.Value[0] - 'Ⅰ' + 1).ToString())),
        new("roman", "[ⅰ-ⅻ]", m => Cardinal((m.Value[0] - 'ⅰ' + 1).ToString())),
        new("symbol", "[+=×÷≈≠√∞&@%‰$€£¥№]", m => m.Value switch
        {
            "+" => "加",
            "=" => "等于",
            "×" => "乘",
            "÷" => "除以",
            "≈" => "约等于",
            "≠" => "不等于",
            "√" => "根号",
            "∞" => "无穷大",
            "&" => "和",
            "@" => " at ",
            "%" => "百分号",
            "‰" => "千分号",
            "№" => "第",
            _ => Units.Currency(m.Value),
        }),
        new("unit", "[℃℉㎡㎥㎏㎎㎞㎝㎜㎖Ω]", m => Units.Name(m.Value)),
        new("greek", "[α-ωΑ-Ω]", m => Names.GetValueOrDefault(m.Value[0])),
    ];
}
