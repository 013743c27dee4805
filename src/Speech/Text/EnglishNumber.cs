namespace Kouyin.Speech.Text;

/// <summary>Numbers in English words.</summary>
internal static class EnglishNumber
{
    private static readonly string[] Small =
        ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        + "seventeen eighteen nineteen").Split(' ');

    private static readonly string[] Tens = "- - twenty thirty forty fifty sixty seventy eighty ninety".Split(' ');
    private static readonly string[] Scales = ["", " thousand", " million", " billion", " trillion", " quadrillion"];

    /// <summary>A number with optional thousands commas and decimals.</summary>
    public static string Read(string number)
    {
        string plain = number.Replace(",", "", StringComparison.Ordinal);
        int dot = plain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? Cardinal(plain) : $"{Cardinal(plain[..dot])} point {Digits(plain[(dot + 1)..])}";
    }

    /// <summary>Digit by digit.</summary>
    public static string Digits(string digits) =>
        string.Join(' ', digits.Where(char.IsAsciiDigit).Select(digit => Small[digit - '0']));

    /// <summary>A whole number; digit by digit where it is too long.</summary>
    public static string Cardinal(string digits)
    {
        digits = digits.TrimStart('0') is { Length: > 0 } significant ? significant : "0";
        if (digits.Length > 3 * Scales.Length)
            return Digits(digits);
        if (digits == "0")
            return Small[0];
        string padded = digits.PadLeft((digits.Length + 2) / 3 * 3, '0');
        int groups = padded.Length / 3;
        return string.Join(' ', Enumerable.Range(0, groups)
            .Select(group => (Value: ValueOf(padded.AsSpan(group * 3, 3)), Scale: Scales[groups - 1 - group]))
            .Where(group => group.Value > 0)
            .Select(group => UnderThousand(group.Value) + group.Scale));
    }

    /// <summary>The rank of a whole number: <c>21</c> is twenty first.</summary>
    public static string Ordinal(string digits)
    {
        string cardinal = Cardinal(digits.Replace(",", "", StringComparison.Ordinal));
        int space = cardinal.LastIndexOf(' ');
        string last = cardinal[(space + 1)..];
        return cardinal[..(space + 1)] + last switch
        {
            "one" => "first",
            "two" => "second",
            "three" => "third",
            "five" => "fifth",
            "eight" => "eighth",
            "nine" => "ninth",
            "twelve" => "twelfth",
            _ when last.EndsWith('y') => last[..^1] + "ieth",
            _ => last + "th",
        };
    }

    /// <summary>A year, or a house number: two digits at a time.</summary>
    public static string Year(string digits)
    {
        int high = ValueOf(digits.AsSpan(0, 2));
        int low = ValueOf(digits.AsSpan(2));
        if (high % 10 == 0 && low < 10)
            return Cardinal(digits);
        return (low == 0, low < 10) switch
        {
            (true, _) => UnderThousand(high) + " hundred",
            (_, true) => $"{UnderThousand(high)} oh {Small[low]}",
            _ => $"{UnderThousand(high)} {UnderThousand(low)}",
        };
    }

    /// <summary>The plural of a spoken number: nineteen eighties.</summary>
    public static string Plural(string spoken) => spoken.EndsWith('y') ? spoken[..^1] + "ies" : spoken + "s";

    private static string UnderThousand(int value)
    {
        string hundreds = value >= 100 ? Small[value / 100] + " hundred" : "";
        int rest = value % 100;
        string tens = rest < 20 ? Small[rest] : Tens[rest / 10] + (rest % 10 > 0 ? " " + Small[rest % 10] : "");
        return (hundreds.Length > 0, rest > 0) switch
        {
            (true, true) => $"{hundreds} {tens}",
            (true, false) => hundreds,
            _ => tens,
        };
    }

    private static int ValueOf(ReadOnlySpan<char> digits) =>
        int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
}
