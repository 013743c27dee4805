using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data.Factorial;

/// <summary>A point of a tone's melody.</summary>
/// <param name="Time">From 0, where the syllable's voice begins, to 1, where it ends.</param>
/// <param name="Level">Chao's tone letters: 1 is the voice's lowest, 5 its highest.</param>
public readonly record struct TonePoint(double Time, double Level);

/// <summary>An accent of the factorial corpus: how it differs from the standard, and from nothing else.</summary>
/// <remarks>
/// The differences are those that studies of Taiwan and Singapore Mandarin report and that can be measured without a
/// judge: the retroflex sibilants' centre of gravity, the syllable-final nasals, the second and third tone, and the
/// neutral tone. Sibilants and nasals are phones of espeak-ng, tones are drawn.
/// </remarks>
public sealed record FactorialAccent
{
    private static readonly TonePoint[] Half = [new(0, 2.2), new(0.6, 1), new(1, 1.2)];

    /// <summary>As in <c>spk-info.txt</c>.</summary>
    public required string Name { get; init; }

    /// <summary>espeak-ng's phone for sh.</summary>
    public required string Sh { get; init; }

    /// <summary>espeak-ng's phone for zh.</summary>
    public required string Zh { get; init; }

    /// <summary>espeak-ng's phone for ch.</summary>
    public required string Ch { get; init; }

    /// <summary>The nasal that ends in, n or ng.</summary>
    public string In { get; init; } = "n";

    /// <summary>The nasal that ends ing, n or ng.</summary>
    public string Ing { get; init; } = "N";

    /// <summary>The nasal that ends eng, n or ng.</summary>
    public string Eng { get; init; } = "N";

    /// <summary>The second tone.</summary>
    public IReadOnlyList<TonePoint> Tone2 { get; init; } = [new(0, 3), new(0.25, 3.1), new(1, 5)];

    /// <summary>The third tone where a pause follows.</summary>
    public IReadOnlyList<TonePoint> Tone3Final { get; init; } =
        [new(0, 2.2), new(0.45, 1), new(0.6, 1), new(1, 3.8)];

    /// <summary>The third tone before another syllable.</summary>
    public IReadOnlyList<TonePoint> Tone3 { get; init; } = Half;

    /// <summary>Length of a syllable in the neutral tone beside one with a tone.</summary>
    public double NeutralLength { get; init; } = 0.6;

    /// <summary>The neutral tone, or null where it follows from the tone before it.</summary>
    public IReadOnlyList<TonePoint>? Neutral { get; init; }

    /// <summary>The standard, as espeak-ng's phones are.</summary>
    public static FactorialAccent Standard { get; } = new() { Name = "standard", Sh = "s.", Zh = "ts.", Ch = "ts.h" };

    /// <summary>
    /// Like Singapore's: the sibilants half as far apart, -ng fronted after i and e, a second tone that dips before it
    /// rises, a third that stays low, no neutral tone.
    /// </summary>
    public static FactorialAccent Singapore { get; } = new()
    {
        Name = "singapore",
        Sh = "S",
        Zh = "tS",
        Ch = "tSh",
        Ing = "n",
        Eng = "n",
        Tone2 = [new(0, 3), new(0.3, 2), new(0.6, 2), new(1, 4.6)],
        Tone3Final = [new(0, 2), new(0.4, 1), new(1, 1)],
        Tone3 = [new(0, 2), new(0.4, 1), new(1, 1)],
        NeutralLength = 1,
        Neutral = [new(0, 3), new(1, 3)],
    };

    /// <summary>Like Taiwan's: sibilants that lean to the teeth, in said as ing, eng as en, a third tone 21.</summary>
    public static FactorialAccent Taiwan { get; } = new()
    {
        Name = "taiwan",
        Sh = "S;",
        Zh = "tS;",
        Ch = "tS;h",
        In = "N",
        Eng = "n",
        Tone3Final = [new(0, 2.2), new(1, 1)],
        Tone3 = Half,
    };

    /// <summary>The three, the standard first.</summary>
    public static IReadOnlyList<FactorialAccent> All { get; } = [Standard, Singapore, Taiwan];

    /// <summary>A syllable's melody.</summary>
    /// <param name="tone">1 to 5.</param>
    /// <param name="before">The tone of the syllable before it in the same phrase, or 0.</param>
    /// <param name="final">Whether a pause follows.</param>
    public IReadOnlyList<TonePoint> Melody(int tone, int before, bool final) => tone switch
    {
        1 => [new(0, 5), new(1, 5)],
        2 => Tone2,
        3 => final ? Tone3Final : Tone3,
        4 => [new(0, 5), new(1, 1.2)],
        _ => Neutral ?? After(before),
    };

    /// <summary>Half-low after tone 1, middle after 2, half-high after 3, low after 4 (Chao 1968, 1.3.4).</summary>
    private static TonePoint[] After(int before)
    {
        double level = before switch { 1 => 2, 2 => 3, 3 => 4, 4 => 1.2, _ => 2 };
        return [new(0, level), new(1, Math.Max(1, level - 0.7))];
    }

    /// <summary>The phones of this accent for those of the standard.</summary>
    /// <param name="pinyin">The syllable.</param>
    /// <param name="phones">What espeak-ng spells it with, such as <c>s.'@55N</c>.</param>
    public string Respell(Pinyin pinyin, string phones)
    {
        (string standard, string own) = pinyin.Initial switch
        {
            "sh" => (Standard.Sh, Sh),
            "zh" => (Standard.Zh, Zh),
            "ch" => (Standard.Ch, Ch),
            _ => ("", ""),
        };
        string nasal = pinyin.Final switch { "in" => In, "ing" => Ing, "eng" => Eng, _ => phones[^1..] };
        return own + phones[standard.Length..^1] + nasal;
    }
}
