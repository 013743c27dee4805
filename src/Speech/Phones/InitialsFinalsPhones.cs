namespace Kouyin.Speech.Phones;

/// <summary>The phones of <see cref="PhoneSet.InitialsFinals"/>.</summary>
internal static class InitialsFinalsPhones
{
    private const string Marks = "sil , ; . ! ?";
    private const string Initials = "b p m f d t n l g k h j q x zh ch sh r z c s";

    private const string Finals =
        "a ai an ang ao e ei en eng er i ia iai ian iang iao ie ii iii in ing io iong iou o ong ou u ua uai uan uang "
        + "uei uen ueng uo v van ve vn";

    /// <summary>The final of a syllable with erhua is followed by this.</summary>
    private const string Rhotic = "rr";

    /// <summary>The symbol between phones; its id is 0.</summary>
    public const string Blank = "_";

    /// <summary>Blank, marks, initials, toned finals, the rhotic, ARPAbet.</summary>
    public static string[] Symbols { get; } =
    [
        Blank,
        .. Marks.Split(' '),
        .. Initials.Split(' '),
        .. Finals.Split(' ').SelectMany(final => Enumerable.Range(1, 5).Select(tone => $"{final}{tone}")),
        Rhotic,
        .. Arpabet.Symbols,
    ];

    /// <summary>Blank, marks, ARPAbet: what of them English needs.</summary>
    public static string[] EnglishSymbols { get; } = [Blank, .. Marks.Split(' '), .. Arpabet.Symbols];

    /// <summary>A syllable's phones: initial, where it has one; toned final; rhotic, where it has erhua.</summary>
    public static IReadOnlyList<string> Phones(Pinyin pinyin)
    {
        string final = $"{pinyin.Final}{pinyin.Tone}";
        return (pinyin.Initial.Length > 0, pinyin.Erhua) switch
        {
            (true, true) => [pinyin.Initial, final, Rhotic],
            (true, false) => [pinyin.Initial, final],
            (false, true) => [final, Rhotic],
            (false, false) => [final],
        };
    }

    /// <summary>The mark of a pause.</summary>
    public static string Mark(Pause pause) => pause switch
    {
        Pause.Comma => ",",
        Pause.Semicolon => ";",
        Pause.Period => ".",
        Pause.Exclamation => "!",
        Pause.Question => "?",
        _ => PhoneSet.Silence,
    };
}
