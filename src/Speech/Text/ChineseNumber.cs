using System.Text;

namespace Kouyin.Speech.Text;

/// <summary>Numbers in Chinese words.</summary>
internal static class ChineseNumber
{
    private const string Names = "零一二三四五六七八九";
    private const int LongestCardinal = 16;

    private static readonly string[] GroupUnits = ["", "万", "亿", "万亿"];

    /// <summary>A number with optional sign, thousands commas and decimals: <c>-1,250.5</c> is 负一千二百五十点五.</summary>
    public static string Read(string number)
    {
        string sign = number[0] is '-' or '−' or '–' ? "负" : "";
        string plain = number.TrimStart('-', '−', '–', '+').Replace(",", "", StringComparison.Ordinal);
        int dot = plain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0
            ? sign + Cardinal(plain)
            : $"{sign}{Cardinal(plain[..dot])}点{Digits(plain[(dot + 1)..])}";
    }

    /// <summary>As <see cref="Read"/>, without zeros at the end of the decimals: amounts of money, shares.</summary>
    public static string ReadAmount(string number) => Read(
        number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number);

    /// <summary>Digit by digit; <paramref name="yao"/> reads 1 as in telephone numbers.</summary>
    public static string Digits(string digits, bool yao = false)
    {
        StringBuilder spoken = new(digits.Length);
        foreach (char digit in digits)
            if (char.IsAsciiDigit(digit))
                spoken.Append(yao && digit == '1' ? '幺' : Names[digit - '0']);
        return spoken.ToString();
    }

    /// <summary>A whole number; digit by digit where it is too long or starts with 0.</summary>
    public static string Cardinal(string digits)
    {
        if (digits.Length > LongestCardinal || digits.Length > 1 && digits[0] == '0')
            return Digits(digits);
        if (digits == "0")
            return "零";
        StringBuilder spoken = new();
        int groups = (digits.Length + 3) / 4;
        string padded = digits.PadLeft(groups * 4, '0');
        bool gap = false;
        for (int group = 0; group < groups; group++)
        {
            string four = padded.Substring(group * 4, 4);
            gap |= spoken.Length > 0 && four[0] == '0';
            if (four == "0000")
                continue;
            if (gap)
                spoken.Append('零');
            AppendGroup(spoken, four, GroupUnits[groups - 1 - group]);
            gap = false;
        }
        return spoken.Replace("一十", "十", 0, 2 < spoken.Length ? 2 : spoken.Length).ToString();
    }

    /// <summary>The words of an order: 第二 in place of 两.</summary>
    public static string Ordinal(string digits)
    {
        string spoken = Cardinal(digits);
        return spoken.StartsWith('两') && spoken.Length <= 2 ? $"二{spoken.AsSpan(1)}" : spoken;
    }

    private static void AppendGroup(StringBuilder spoken, string four, string unit)
    {
        bool first = spoken.Length == 0;
        if (unit.Length > 0 && four == "0002")
        {
            spoken.Append('两').Append(unit);
            return;
        }
        bool started = false, zero = false;
        for (int i = 0; i < 4; i++)
        {
            int digit = four[i] - '0';
            if (digit == 0)
            {
                zero = started;
                continue;
            }
            if (zero)
                spoken.Append('零');
            bool liang = digit == 2 && (i == 0 || i == 1 && first && !started);
            spoken.Append(liang ? '两' : Names[digit]).Append(i switch { 0 => "千", 1 => "百", 2 => "十", _ => "" });
            (started, zero) = (true, false);
        }
        spoken.Append(unit);
    }
}
