namespace Kouyin.Speech.Phones;

/// <summary>The 39 phones of English as CMUdict writes them.</summary>
internal static class Arpabet
{
    /// <summary>The 24 consonants.</summary>
    public static string[] Consonants { get; } =
        "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH".Split(' ');

    /// <summary>The 15 vowels, without stress.</summary>
    public static string[] Vowels { get; } = "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".Split(' ');

    /// <summary>Consonants, then each vowel without stress, with primary, with secondary.</summary>
    public static string[] Symbols { get; } =
        [.. Consonants, .. Vowels.SelectMany(vowel => Enumerable.Range(0, 3).Select(stress => $"{vowel}{stress}"))];
}
