using System.Buffers;

namespace Kouyin.Speech.Phones;

/// <summary>One Mandarin syllable with its tone: <c>guang3</c>, <c>lv4</c>, or with erhua <c>dianr3</c>.</summary>
public readonly record struct Pinyin
{
    private const int ErhuaBit = 8;
    private const int ToneMask = 7;
    private const string Marked = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ";
    private const string Unmarked = "aaaaeeeeiiiioooouuuuvvvvnnnm";
    private const string MarkedTones = "1234123412341234123412342342";

    private static readonly SearchValues<char> Marks = SearchValues.Create(Marked);

    private Pinyin(int code) => Code = (ushort)code;

    /// <summary>The syllable as one number: syllable x 16 + erhua x 8 + tone; 0 is no syllable.</summary>
    public ushort Code { get; }

    /// <summary>Whether this is the default value, which is no syllable at all.</summary>
    public bool IsNone => Tone == 0;

    /// <summary>1 to 4, or 5 for the neutral tone.</summary>
    public int Tone => Code & ToneMask;

    /// <summary>Whether 儿 is merged into the final.</summary>
    public bool Erhua => (Code & ErhuaBit) != 0;

    /// <summary>The spelling without tone and erhua, ü as v.</summary>
    public string Syllable => Syllables.Name(Code >> 4);

    /// <summary>The initial consonant without y and w; empty where there is none.</summary>
    public string Initial => Syllables.PartsOf(Code >> 4).Initial;

    /// <summary>The final as spoken, <c>iou</c> for iu, without tone; <c>ii</c> in zi, <c>iii</c> in zhi.</summary>
    public string Final => Syllables.PartsOf(Code >> 4).Final;

    /// <summary>Reads one syllable with a tone digit 1 to 5 or a tone mark.</summary>
    /// <param name="text">Such as <c>guang3</c>, <c>dianr3</c> or <c>guǎng</c>; case does not count.</param>
    /// <exception cref="UserException">It is not a Mandarin syllable, or has no tone.</exception>
    public static Pinyin Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (TryParse(text, out Pinyin pinyin))
            return pinyin;
        string body = text.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        bool toneless = Find(body.ToLowerInvariant(), 1) is { IsNone: false };
        throw new UserException(
            toneless ? $"the pinyin «{text}» has no tone from 1 to 5" : $"«{text}» is not a pinyin syllable",
            $"pinyin «{text}»",
            toneless ? $"write one digit after the syllable, 5 for the neutral tone: {body}1"
                : "write one syllable with its tone, v for ü and r for erhua: guang3, lv4, dianr3");
    }

    /// <summary>Reads one syllable where it is one.</summary>
    /// <returns>Whether <paramref name="text"/> is a syllable with its tone.</returns>
    public static bool TryParse(string text, out Pinyin pinyin)
    {
        ArgumentNullException.ThrowIfNull(text);
        pinyin = default;
        if (text.Length is 0 or > 8)
            return false;
        string lower = text.ToLowerInvariant();
        if (lower[^1] is >= '1' and <= '5')
            pinyin = Find(lower[..^1], lower[^1] - '0');
        else if (lower.AsSpan().IndexOfAny(Marks) is int at && at >= 0)
        {
            int mark = Marked.IndexOf(lower[at], StringComparison.Ordinal);
            pinyin = Find($"{lower.AsSpan(0, at)}{Unmarked[mark]}{lower.AsSpan(at + 1)}", MarkedTones[mark] - '0');
        }
        return !pinyin.IsNone;
    }

    /// <summary>The syllable of a <see cref="Code"/>, as the compiled dictionary stores it.</summary>
    internal static Pinyin FromCode(ushort code) => new(code);

    /// <summary>The same syllable in another tone.</summary>
    public Pinyin WithTone(int tone)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tone, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tone, 5);
        return new(Code & ~ToneMask | tone);
    }

    /// <summary>The same syllable with 儿 merged into it.</summary>
    public Pinyin WithErhua() => new(Code | ErhuaBit);

    /// <summary>The same syllable without 儿.</summary>
    public Pinyin WithoutErhua() => new(Code & ~ErhuaBit);

    /// <summary>The spelling with erhua and tone digit, as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => IsNone ? "" : $"{Syllable}{(Erhua ? "r" : "")}{Tone}";

    private static Pinyin Find(string body, int tone)
    {
        if (Syllables.IndexOf(body) is int index && index >= 0)
            return new(index << 4 | tone);
        bool erhua = body.Length > 1 && body[^1] == 'r' && body != "err";
        if (erhua && Syllables.IndexOf(body[..^1]) is int merged && merged >= 0)
            return new(merged << 4 | ErhuaBit | tone);
        return default;
    }
}
