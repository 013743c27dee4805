namespace Kouyin.Speech.Phones;

/// <summary>English words that no dictionary has, by their spelling, the longest known group first.</summary>
/// <remarks>The first vowel carries the stress. Coarse, but a word is never lost.</remarks>
internal static class LetterToSound
{
    private const string Consonants = "bcdfghjklmnpqrstvwxz";

    /// <summary>Groups of letters and their phones; longer groups come first.</summary>
    private const string Table = """
        tion SH AH N|sion ZH AH N|cian SH AH N|ture CH ER|ough AO|augh AO|eigh EY|igh AY|tch CH|dge JH|sch SH|ous AH S
        ing IH NG|ies IY Z|ee IY|ea IY|oo UW|ou AW|ow OW|oi OY|oy OY|ai EY|ay EY|au AO|aw AO|ei IY|ey IY
        ie IY|oa OW|ue UW|ui UW|ew UW|eu UW|ar AA R|er ER|ir ER|ur ER|or AO R
        ch CH|sh SH|th TH|ph F|wh W|ck K|ng NG|qu K W|kn N|wr R|gh G
        bb B|cc K|dd D|ff F|gg G|ll L|mm M|nn N|pp P|rr R|ss S|tt T|zz Z
        a AE|b B|c K|d D|e EH|f F|g G|h HH|i IH|j JH|k K|l L|m M|n N|o AA|p P|q K|r R|s S|t T|u AH
        v V|w W|x K S|y IY|z Z
        """;

    private static readonly (string Letters, string[] Phones)[] Groups =
    [
        .. Table.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(entry => entry.Split(' ', 2))
            .Select(fields => (fields[0], fields[1].Split(' ')))
    ];

    private static readonly Dictionary<char, string> LongVowels = new()
    {
        ['a'] = "EY", ['e'] = "IY", ['i'] = "AY", ['o'] = "OW", ['u'] = "UW", ['y'] = "AY",
    };

    /// <summary>The phones of a word of lower-case letters.</summary>
    public static string[] Read(string word)
    {
        List<string> phones = [];
        for (int i = 0; i < word.Length;)
        {
            if (IsSilentE(word, i))
                break;
            if (IsLong(word, i))
            {
                phones.Add(LongVowels[word[i++]]);
                continue;
            }
            (string letters, string[] sounds) = Array.Find(
                Groups, group => word.AsSpan(i).StartsWith(group.Letters, StringComparison.Ordinal));
            if (letters is null)
            {
                i++;
                continue;
            }
            phones.AddRange(IsSoft(word, i) && letters.Length == 1 ? [letters == "c" ? "S" : "JH"] : sounds);
            i += letters.Length;
        }
        return Stressed(phones);
    }

    private static bool IsSilentE(string word, int i) => i > 1 && i == word.Length - 1 && word[i] == 'e'
        && Consonants.Contains(word[i - 1], StringComparison.Ordinal);

    /// <summary>c and g before e, i and y.</summary>
    private static bool IsSoft(string word, int i) =>
        word[i] is 'c' or 'g' && i + 1 < word.Length && word[i + 1] is 'e' or 'i' or 'y';

    /// <summary>A vowel before one consonant and a final e says its name: make, site.</summary>
    private static bool IsLong(string word, int i) => i == word.Length - 3 && word[^1] == 'e'
        && LongVowels.ContainsKey(word[i]) && Consonants.Contains(word[i + 1], StringComparison.Ordinal);

    private static string[] Stressed(List<string> phones)
    {
        string stress = "1";
        string[] stressed = [.. phones];
        for (int i = 0; i < stressed.Length; i++)
            if (Arpabet.Vowels.Contains(stressed[i]))
            {
                stressed[i] += stress;
                stress = "0";
            }
        return stressed;
    }
}
