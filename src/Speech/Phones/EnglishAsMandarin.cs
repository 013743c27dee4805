namespace Kouyin.Speech.Phones;

/// <summary>English in the 198 Mandarin phones of the lab log, which has none of its own.</summary>
/// <remarks>Each phone on its own: intelligible, with a strong accent. Stress becomes the first tone.</remarks>
internal static class EnglishAsMandarin
{
    /// <summary>The nearest Mandarin phones of one ARPAbet phone.</summary>
    public static IReadOnlyList<string> Phones(string arpabet)
    {
        bool stressed = arpabet[^1] == '1';
        return arpabet.TrimEnd('0', '1', '2') switch
        {
            "AA" or "AH" => ["aa", stressed ? "a1" : "a5"],
            "AE" or "EH" => ["ii", stressed ? "ie1" : "ie5"],
            "AO" or "OW" => ["oo", stressed ? "ou1" : "ou5"],
            "AW" => ["aa", "ao1"],
            "AY" => ["aa", stressed ? "ai1" : "ai5"],
            "ER" => ["ee", "er5"],
            "EY" => ["ee", stressed ? "ei1" : "ei5"],
            "IH" or "IY" => ["ii", stressed ? "i1" : "i5"],
            "OY" => ["oo", "o1", "ii", "i5"],
            "UH" or "UW" => ["uu", stressed ? "u1" : "u5"],
            "B" => ["b", "u5"],
            "CH" => ["q", "i5"],
            "D" or "DH" => ["d", "e5"],
            "F" => ["f", "u5"],
            "G" => ["g", "e5"],
            "HH" => ["h", "e5"],
            "JH" or "ZH" => ["zh", "ix4"],
            "K" => ["k", "e5"],
            "L" => ["l", "e5"],
            "M" => ["m", "u5"],
            "N" or "NG" => ["n", "e5"],
            "P" => ["p", "u5"],
            "R" => ["r", "u5"],
            "S" or "TH" => ["s", "iy5"],
            "SH" => ["sh", "ix4"],
            "T" => ["t", "e5"],
            "V" or "W" => ["uu", "u5"],
            "Y" => ["ii", "i5"],
            "Z" => ["z", "iy5"],
            _ => throw new UserException(
                $"«{arpabet}» is not an ARPAbet phone", $"phone «{arpabet}»",
                "write CMUdict's phones, such as HH AH0 L OW1"),
        };
    }
}
