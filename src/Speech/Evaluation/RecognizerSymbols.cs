using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Evaluation;

/// <summary>What was said or heard: initials and toneless finals in a row, and apart the tones in a row.</summary>
/// <param name="Phones">Indices into <see cref="RecognizerSymbols.Phones"/>.</param>
/// <param name="Tones">Indices into <see cref="RecognizerSymbols.Tones"/>; one a syllable where it was said.</param>
public sealed record SpokenTokens(IReadOnlyList<int> Phones, IReadOnlyList<int> Tones)
{
    /// <summary>For people, such as <c>zh ong g uo / 1 2</c>.</summary>
    public override string ToString() =>
        string.Join(' ', Phones.Select(id => RecognizerSymbols.Phones[id])) + " / "
        + string.Join(' ', Tones.Select(id => RecognizerSymbols.Tones[id]));
}

/// <summary>The symbols that a recognizer tells apart. Index 0 is CTC's blank in both lists.</summary>
public static class RecognizerSymbols
{
    private const string Blank = "_";

    private static readonly string[] Initials =
        "b p m f d t n l g k h j q x zh ch sh r z c s".Split(' ');

    private static readonly string[] Finals =
    [
        .. ("a ai an ang ao e ei en eng er i ia iai ian iang iao ie ii iii in ing io iong iou o ong ou u ua uai uan "
            + "uang uei uen ueng uo v van ve vn").Split(' '),
        Rhotic,
    ];

    private const string Rhotic = "rr";

    /// <summary>Blank, initials, finals without tone, and <c>rr</c> for erhua.</summary>
    public static IReadOnlyList<string> Phones { get; } = [Blank, .. Initials, .. Finals];

    /// <summary>Blank, and 1 to 5.</summary>
    public static IReadOnlyList<string> Tones { get; } = [Blank, "1", "2", "3", "4", "5"];

    private static Dictionary<string, int> Ids { get; } =
        Phones.Select((symbol, id) => KeyValuePair.Create(symbol, id)).ToDictionary();

    /// <summary>Whether a phone is an initial; else it is a final or the rhotic after one.</summary>
    public static bool IsInitial(int phone) => phone <= Initials.Length;

    /// <summary>The tokens of a reading.</summary>
    /// <param name="reading">Pinyin syllables with tone digits; pause marks are passed over.</param>
    public static SpokenTokens Of(IEnumerable<string> reading)
    {
        List<int> phones = [], tones = [];
        foreach (string word in reading)
        {
            if (!Pinyin.TryParse(word, out Pinyin pinyin))
                continue;
            if (pinyin.Initial.Length > 0)
                phones.Add(Ids[pinyin.Initial]);
            phones.Add(Ids[pinyin.Final]);
            if (pinyin.Erhua)
                phones.Add(Ids[Rhotic]);
            tones.Add(pinyin.Tone);
        }
        return new(phones, tones);
    }
}
