namespace Kouyin.Speech.Data;

/// <summary>Zhuyin (bopomofo) spelling to pinyin.</summary>
internal static class Zhuyin
{
    private static readonly Dictionary<char, string> Initials = Table(
        "ㄅb ㄆp ㄇm ㄈf ㄉd ㄊt ㄋn ㄌl ㄍg ㄎk ㄏh ㄐj ㄑq ㄒx ㄓzh ㄔch ㄕsh ㄖr ㄗz ㄘc ㄙs")
        .ToDictionary(entry => entry.Key[0], entry => entry.Value);

    /// <summary>Finals as written after an initial.</summary>
    private static readonly Dictionary<string, string> Finals = Table(
        "ㄚa ㄛo ㄜe ㄞai ㄟei ㄠao ㄡou ㄢan ㄣen ㄤang ㄥeng ㄧi ㄧㄚia ㄧㄝie ㄧㄠiao ㄧㄡiu ㄧㄢian ㄧㄣin ㄧㄤiang "
        + "ㄧㄥing ㄨu ㄨㄚua ㄨㄛuo ㄨㄞuai ㄨㄟui ㄨㄢuan ㄨㄣun ㄨㄤuang ㄨㄥong ㄩv ㄩㄝve ㄩㄢvan ㄩㄣvn ㄩㄥiong");

    /// <summary>Finals that stand alone.</summary>
    private static readonly Dictionary<string, string> Alone = Table(
        "ㄚa ㄛo ㄜe ㄞai ㄟei ㄠao ㄡou ㄢan ㄣen ㄤang ㄥeng ㄦer ㄧyi ㄧㄚya ㄧㄛyo ㄧㄝye ㄧㄞyai ㄧㄠyao ㄧㄡyou ㄧㄢyan "
        + "ㄧㄣyin ㄧㄤyang ㄧㄥying ㄨwu ㄨㄚwa ㄨㄛwo ㄨㄞwai ㄨㄟwei ㄨㄢwan ㄨㄣwen ㄨㄤwang ㄨㄥweng ㄩyu ㄩㄝyue "
        + "ㄩㄢyuan ㄩㄣyun ㄩㄥyong");

    /// <summary>The pinyin of a syllable without its tone; null where it is none, as a consonant by itself.</summary>
    public static string? ToPinyin(string zhuyin)
    {
        if (!Initials.TryGetValue(zhuyin[0], out string? initial))
            return Alone.GetValueOrDefault(zhuyin);
        string rest = zhuyin[1..];
        if (rest.Length == 0)
            return initial is "zh" or "ch" or "sh" or "r" or "z" or "c" or "s" ? initial + "i" : null;
        if (!Finals.TryGetValue(rest, out string? final))
            return null;
        return final[0] == 'v' && initial is "j" or "q" or "x" ? $"{initial}u{final[1..]}" : initial + final;
    }

    private static Dictionary<string, string> Table(string entries) => entries.Split(' ').ToDictionary(
        entry => entry.TrimEnd("abcdefghijklmnopqrstuvwxyz".ToCharArray()), entry => entry.TrimStart(Letters(entry)));

    private static char[] Letters(string entry) => [.. entry.Where(c => !char.IsAsciiLetter(c))];
}
