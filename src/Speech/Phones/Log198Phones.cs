namespace Kouyin.Speech.Phones;

/// <summary>The 198 phones of the lab log's corpora, in their order, and how syllables are written in them.</summary>
/// <remarks>
/// A syllable is always two phones; one without initial starts with a doubled vowel letter (aa ee ii oo uu vv). The set
/// lacks some toned finals: the nearest tone that exists stands in. Four of its symbols are never produced here.
/// </remarks>
internal static class Log198Phones
{
    private const string List = """
        sil a1 a2 a3 a4 a5 aa ai1 ai2 ai3 ai4 ai5 an1 an2 an3 an4 ang1 ang2 ang3 ang4 ao1 ao2 ao3 ao4 b c ch ch* d e1
        e2 e3 e4 e5 ee ei1 ei2 ei3 ei4 ei5 en1 en2 en3 en4 en5 eng1 eng2 eng3 eng4 er2 er3 er4 er5 f g h i1 i2 i3 i4
        i5 ia1 ia2 ia3 ia4 ia5 ian1 ian2 ian3 ian4 ian5 iang1 iang2 iang3 iang4 iang5 iao1 iao2 iao3 iao4 ie1 ie2 ie3
        ie4 ie5 ii in1 in2 in3 in4 ing1 ing2 ing3 ing4 iong1 iong2 iong3 iong4 iu1 iu2 iu3 iu4 iu5 ix1 ix2 ix3 ix4 iy1
        iy2 iy3 iy4 iy5 iz4 j k l m n o1 o2 o3 o4 o5 ong1 ong2 ong3 ong4 oo ou1 ou2 ou3 ou4 ou5 p q r r* s sh t u1 u2
        u3 u4 u5 ua1 ua2 ua3 ua4 ua5 uai1 uai2 uai3 uai4 uan1 uan2 uan3 uan4 uang1 uang2 uang3 uang4 ueng1 ui1 ui2 ui3
        ui4 un1 un2 un3 un4 uo1 uo2 uo3 uo4 uo5 uu v1 v2 v3 v4 van1 van2 van3 van4 ve1 ve2 ve3 ve4 vn1 vn2 vn3 vn4 vv x
        y z zh
        """;

    /// <summary>The symbol that stands between phones where a model wants blanks; its id is 198.</summary>
    public const string Blank = "_";

    /// <summary>Tones to try where a final lacks the one wanted.</summary>
    private static readonly int[] NearTones = [5, 4, 2, 1, 3];

    /// <summary>The 198 phones, then the blank.</summary>
    public static string[] Symbols { get; } =
        [.. List.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), Blank];

    private static readonly HashSet<string> Known = [.. Symbols];

    private static readonly Dictionary<(string, string), Pinyin> Read = Pairs();

    /// <summary>The syllable of two phones, as the log's lists write it; none where they are no syllable.</summary>
    public static Pinyin Syllable(string initial, string final) => Read.GetValueOrDefault((initial, final));

    /// <summary>A syllable's phones: initial and toned final, and ee er after most finals with erhua.</summary>
    public static IReadOnlyList<string> Phones(Pinyin pinyin)
    {
        (string initial, string final) = PartsOf(pinyin);
        if (!pinyin.Erhua)
            return [initial, Toned(final, pinyin.Tone)];
        return final is "e" or "en" or "ei" or "ix" or "iy"
            ? [initial, Toned("er", pinyin.Tone)]
            : [initial, Toned(final, pinyin.Tone), "ee", "er5"];
    }

    private static (string Initial, string Final) PartsOf(Pinyin pinyin)
    {
        string final = pinyin is { Initial: "r", Final: "iii" } ? "i" : Renamed(pinyin.Final);
        return (pinyin.Initial.Length > 0 ? pinyin.Initial : new string(final[0], 2), final);
    }

    /// <summary>Every syllable in every tone by its phones, those that the set lacks and the lists have among
    /// them.</summary>
    private static Dictionary<(string, string), Pinyin> Pairs()
    {
        Dictionary<(string, string), Pinyin> pairs = [];
        for (int syllable = 0; syllable < Syllables.Count; syllable++)
        {
            for (int tone = 1; tone <= 5; tone++)
            {
                Pinyin pinyin = Pinyin.Parse($"{Syllables.Name(syllable)}{tone}");
                (string initial, string final) = PartsOf(pinyin);
                pairs.TryAdd((initial, $"{final}{tone}"), pinyin);
                if (pinyin is { Initial: "r", Final: "iii" })
                    pairs.TryAdd((initial, $"ix{tone}"), pinyin);
            }
        }
        pairs.TryAdd(("r", "iz4"), Pinyin.Parse("ri4")); // a slip of the lists, 276 times
        return pairs;
    }

    private static string Toned(string final, int tone)
    {
        if (Known.Contains(final + tone))
            return final + tone;
        return final + Array.Find(NearTones, near => Known.Contains(final + near));
    }

    private static string Renamed(string final) => final switch
    {
        "ii" => "iy",
        "iii" => "ix",
        "iou" => "iu",
        "uei" => "ui",
        "uen" => "un",
        "io" => "o",
        "iai" => "ia",
        _ => final,
    };
}
