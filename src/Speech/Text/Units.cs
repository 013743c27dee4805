using System.Collections.Frozen;

namespace Kouyin.Speech.Text;

/// <summary>Units of measure and currencies as they are written after or before a number.</summary>
internal static class Units
{
    private const string Table = """
        kg 千克|g 克|mg 毫克|μg 微克|µg 微克|㎏ 千克|㎎ 毫克|t 吨|lb 磅|lbs 磅|oz 盎司
        km 公里|m 米|cm 厘米|mm 毫米|dm 分米|μm 微米|µm 微米|nm 纳米|㎞ 公里|㎝ 厘米|㎜ 毫米|ft 英尺|mi 英里
        km² 平方公里|km2 平方公里|m² 平方米|m2 平方米|㎡ 平方米|cm² 平方厘米|cm2 平方厘米|mm² 平方毫米|mm2 平方毫米
        km³ 立方公里|m³ 立方米|m3 立方米|㎥ 立方米|cm³ 立方厘米|cm3 立方厘米|hm² 公顷|ha 公顷
        L 升|l 升|ml 毫升|mL 毫升|ML 毫升|dl 分升|㎖ 毫升|cc 毫升
        h 小时|hr 小时|hrs 小时|min 分钟|s 秒|sec 秒|ms 毫秒|μs 微秒|µs 微秒|ns 纳秒
        Hz 赫兹|kHz 千赫|KHz 千赫|MHz 兆赫|GHz 吉赫|THz 太赫
        W 瓦|kW 千瓦|KW 千瓦|MW 兆瓦|GW 吉瓦|kWh 千瓦时|kwh 千瓦时|Wh 瓦时|V 伏|kV 千伏|mV 毫伏|mA 毫安|mAh 毫安时|kA 千安|Ω 欧姆
        J 焦耳|kJ 千焦|cal 卡|kcal 千卡|Pa 帕|kPa 千帕|MPa 兆帕|hPa 百帕|N 牛|kN 千牛|dB 分贝|lm 流明|lx 勒克斯|mol 摩尔|rpm 转每分钟
        KB 千字节|kB 千字节|MB 兆字节|GB 吉字节|TB 太字节|Kb 千比特|Mb 兆比特|Gb 吉比特|bps 比特每秒|kbps 千比特每秒|Kbps 千比特每秒|Mbps 兆比特每秒|Gbps 吉比特每秒
        px 像素|ppm 百万分之一|fps 帧每秒
        °C 摄氏度|℃ 摄氏度|°c 摄氏度|ºC 摄氏度|˚C 摄氏度|°F 华氏度|℉ 华氏度|ºF 华氏度|° 度|º 度|˚ 度|′ 分|″ 秒
        """;

    private const string CurrencyTable = """
        $ 美元|US$ 美元|USD 美元|A$ 澳元|AU$ 澳元|AUD 澳元|C$ 加元|CA$ 加元|CAD 加元|HK$ 港元|HKD 港元|NT$ 新台币|TWD 新台币|S$ 新加坡元|SGD 新加坡元
        € 欧元|EUR 欧元|£ 英镑|￡ 英镑|GBP 英镑|¥ 元|￥ 元|RMB 人民币|CNY 人民币|CN¥ 元|JP¥ 日元|JPY 日元|₩ 韩元|KRW 韩元|₹ 卢比|INR 卢比
        ₽ 卢布|RUB 卢布|฿ 泰铢|THB 泰铢|₫ 越南盾|VND 越南盾|₱ 比索|CHF 瑞士法郎|MYR 林吉特|RM 林吉特
        """;

    /// <summary>The time units that a rate is said with: km/h is 每小时 … 公里.</summary>
    private const string PerTable = """
        h 每小时|hr 每小时|s 每秒|sec 每秒|min 每分钟|d 每天|kg 每千克|m³ 每立方米|m3 每立方米|m² 每平方米|m2 每平方米
        L 每升|l 每升|ml 每毫升|mL 每毫升
        """;

    /// <summary>A pattern for what is counted: a bare 2 before it is 两.</summary>
    public const string Counted =
        "(?:个|只|条|张|位|名|本|件|次|天|周|岁|块|元|角|毛|米|克|斤|吨|升|台|部|辆|架|艘|座|栋|间|家|所|户|口|人|对|双|把|支|枝|根|颗|粒"
        + "|朵|棵|株|头|匹|群|批|套|份|页|篇|首|章|段|句|行|排|杯|碗|瓶|罐|箱|包|袋|盒|桶|片|滴|种|类|项|场|届|轮|局|盘|门|倍|桌|笔"
        + "|幅|顿|遍|趟|步|点|分|秒|刻钟|小时|钟头|公里|千克|公斤|公分|公顷|厘米|毫米|英寸|英里|平方|立方|百|千|万|亿|美元|欧元|韩元|日元"
        + "|星期|礼拜|年(?!级)|者|方|边|岸|侧|国|地|封|道|束|扇|节课|成)";

    private static readonly FrozenDictionary<string, string> Measures = Read(Table);
    private static readonly FrozenDictionary<string, string> Currencies = Read(CurrencyTable);
    private static readonly FrozenDictionary<string, string> Pers = Read(PerTable);

    /// <summary>A pattern for any unit, longest first.</summary>
    public static string Pattern { get; } = Alternatives(Measures.Keys);

    /// <summary>A pattern for what may stand after the slash of a rate.</summary>
    public static string PerPattern { get; } = Alternatives(Pers.Keys);

    /// <summary>A pattern for any currency sign or code.</summary>
    public static string CurrencyPattern { get; } = Alternatives(Currencies.Keys);

    /// <summary>A unit's Chinese name.</summary>
    public static string Name(string unit) => Measures[unit];

    /// <summary>What a rate starts with.</summary>
    public static string Per(string unit) => Pers[unit];

    /// <summary>A currency's Chinese name.</summary>
    public static string Currency(string sign) => Currencies[sign];

    /// <summary>Whether Latin letters are a unit or a currency and so say nothing about a text's language.</summary>
    public static bool IsKnown(string letters) => Measures.ContainsKey(letters) || Currencies.ContainsKey(letters);

    private static FrozenDictionary<string, string> Read(string table) => table
        .Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(entry => entry.Split(' '))
        .ToFrozenDictionary(fields => fields[0], fields => fields[1], StringComparer.Ordinal);

    private static string Alternatives(IEnumerable<string> words) => string.Join('|', words
        .OrderByDescending(word => word.Length).ThenBy(word => word, StringComparer.Ordinal)
        .Select(word => word.Replace("$", "\\$", StringComparison.Ordinal)));
}
