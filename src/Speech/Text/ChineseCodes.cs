using static Kouyin.Speech.Text.ChineseNumber;

namespace Kouyin.Speech.Text;

/// <summary>Digits in Chinese text that are names rather than amounts: telephones, accounts, models.</summary>
internal static class ChineseCodes
{
    private const string CallWords = "电话|手机|热线|致电|拨打|拨|打|呼叫|传真|联系方式|客服|座机|短信|报警|火警|急救";

    private const string NumberWords = "尾号|号码|账号|帐号|账户|卡号|密码|验证码|校验码|房间|航班|车次|[QＱ]{2}号?|微信号?|身份证号?|邮编";

    private const string NameWords = "编号|代码|学号|工号|单号|订单号|序列号|编码|代号";

    private const string Label = "[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?";

    /// <summary>Rules for what starts with a digit, most specific first.</summary>
    public static Rule[] Rules { get; } =
    [
        new(
            "address",
            @"(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
            m => string.Join('点', m.Value.Split('.').Select(part => Digits(part)))),
        new("mobile", @"(?<!\d)(?:86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)", m => Digits(m.Value, yao: true)),
        new(
            "telephone",
            @"(?<!\d)(?:0\d{2,3}[-\s]?|\(0\d{2,3}\)\s?)\d{7,8}(?:-\d{1,6})?(?!\d)",
            m => Digits(m.Value, yao: true)),
        new("telephone", @"(?<!\d)[48]00[-\s]?\d{3,4}[-\s]?\d{3,4}(?!\d)", m => Digits(m.Value, yao: true)),
        new(
            "hotline",
            @"(?<![\d.])(?:10010|10086|123(?:06|15|18|20|33|48|58|66|69))"
                + $@"(?![\d.,%A-Za-z]|[-–—:：/]\d|余|多|{Units.Counted})",
            m => Digits(m.Value, yao: true)),
        new(
            "called number",
            $@"(?<=(?:{CallWords})(?:是|为|给|了|请)?[:： ]?)\d{{3,}}(?![\d.%]|{Units.Counted})",
            m => Digits(m.Value, yao: true)),
        new(
            "spoken number",
            $@"(?<=(?:{NumberWords})(?:就?是|为|[:：])?\s?)\d+(?![\d.%])",
            m => Digits(m.Value, yao: true)),
        new("named number", $@"(?<=(?:{NameWords})(?:就?是|为|[:：])?\s?)\d+(?![\d.%])", m => Digits(m.Value)),
        new("named number", @"(?<=(?:称为|称作|叫做|所谓|俗称|简称)[“‘「]?)\d{3,}(?![\d.%年])", m => Digits(m.Value)),
        new("named number", @"(?<![\d.])\d{3}(?=高校|院校|工程|晚会|事件|国道|省道|大促|新政)", m => Digits(m.Value)),
        new("hotline", @"(?<![\d.])9\d{4,5}(?=客服|热线|电话|短信)", m => Digits(m.Value, yao: true)),
        new("long number", @"(?<![\d.,])0\d+(?![\d.,])", m => Digits(m.Value)),
    ];

    /// <summary>Rules for digits that touch letters: one by one, but after a whole word as a number.</summary>
    public static Rule[] Models { get; } =
    [
        new("model", @"(?<=[A-Za-z][a-z]{2})\d{1,2}(?![\d.%])", m => Cardinal(m.Value)),
        new("model", @"(?<=[A-Za-z]-?)\d+(?![\d.%])", m => Digits(m.Value)),
        new("model", @"(?<![\d.])\d+(?=-?[A-Za-z])", m => Digits(m.Value)),
    ];

    /// <summary>Rules for what starts with a Latin letter.</summary>
    public static Rule[] Letters { get; } =
    [
        new(
            "e-mail",
            $@"[A-Za-z0-9][A-Za-z0-9._%+-]{{0,63}}@(?:{Label}\.){{1,8}}[A-Za-z]{{2,24}}",
            m => Spell(m.Value)),
        new("url", $@"(?:https?|ftp)://[A-Za-z0-9./_?=&%#~:+@,-]{{1,2000}}", m => Spell(m.Value)),
        new(
            "url",
            $@"www\.(?:{Label}\.){{1,8}}[A-Za-z]{{2,24}}(?:/[A-Za-z0-9./_?=&%#~:+-]{{0,2000}})?",
            m => Spell(m.Value)),
        new(
            "domain",
            $@"(?:{Label}\.){{1,4}}(?:com|cn|net|org|edu|gov|io|tv|cc|top|info)(?:\.cn)?(?![A-Za-z0-9])"
                + "(?:/[A-Za-z0-9./_?=&%#~:+-]{0,2000})?",
            m => Spell(m.Value)),
        new(
            "to",
            @"(?<a>[BCDGOPV])2(?<b>[BCDGOPVX])(?![A-Za-z0-9])",
            m => m.Value == "D2O" ? null : $"{m.Groups["a"].Value} to {m.Groups["b"].Value}"),
        new("number sign", @"No\.\s?(?=\d)", _ => "number "),
    ];

    private static string Spell(string text) => string.Concat(text.Select(c => c switch
    {
        '@' => " at ",
        '.' => "点",
        ':' => "冒号",
        '/' => "斜杠",
        '-' => "杠",
        '_' => "下划线",
        '?' => "问号",
        '=' => "等于",
        '&' => "和",
        '%' => "百分号",
        '#' => "井号",
        '+' => "加",
        '~' => "波浪线",
        ',' => "逗号",
        _ when char.IsAsciiDigit(c) => Digits(c.ToString()),
        _ => c.ToString(),
    }));
}
