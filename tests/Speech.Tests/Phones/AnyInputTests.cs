using System.Diagnostics;
using System.Globalization;
using System.Text;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Phones;

/// <summary>
/// Whatever comes in: no exception, no hang, linear time, and every Chinese character voiced or reported.
/// </summary>
public sealed class AnyInputTests
{
    private const int LongLine = 1 << 20;
    private const int Short = 1 << 11;
    private const int Times = 16;

    /// <summary>
    /// How much more time sixteen times the text may take: 16, and what else the machine does; squared it is 256.
    /// </summary>
    private const double Growth = 100;

    /// <summary>What a busy machine may add; a rule that hangs takes far longer.</summary>
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(10);

    private static readonly string[] Pieces =
    [
        "中", "一", "不", "儿", "行", "长", "2024", "3.14", "-", "/", ":", "~", "%", "$", "￥", "℃", "kg", "km/h", "am", "Dr.",
        "www.", "@", ".com", "http://", "[hang2]", "[", "]", "<speak>", "</speak>", "<break time=\"1s\"/>",
        "<phoneme ph=\"a1\">", "</phoneme>", "<say-as interpret-as=\"digits\">", "</say-as>",
        "<voice accent=\"south\">", "&amp;", "&#x0;", "&lol9;", "<![CDATA[", "<!--", "-->",
        "<!DOCTYPE x [", "]>", "。", "，", "？", "…", "\n", "\0", "\u200F",
        "\u202E", "\uFEFF", "\uD800", "\uDC00",
        "😀", "👨‍👩‍👧", "𠮷", "𪚥", "の", "Ⅷ", "½", "²", "e\u0301", "\u0600", "，，", "〇", "第", "分之", "年", "月", "点",
    ];

    [Fact]
    public void Random_unicode_is_read()
    {
        Random random = new(20261122);
        for (int round = 0; round < 400; round++)
            AssertCovered(RandomText(random, random.Next(200)));
    }

    [Fact]
    public void Random_heaps_of_what_rules_look_for_are_read()
    {
        Random random = new(7);
        for (int round = 0; round < 600; round++)
            AssertCovered(string.Concat(
                Enumerable.Range(0, random.Next(40)).Select(_ => Pieces[random.Next(Pieces.Length)])));
    }

    [Fact]
    public void Every_code_point_can_stand_alone()
    {
        StringBuilder text = new();
        for (int code = 0; code <= 0x10FFFF; code += code < 0x30000 ? 1 : 251)
            if (Rune.IsValid(code))
                text.Append(new Rune(code)).Append('，');

        AssertCovered(text.ToString());
    }

    [Theory]
    [InlineData("中")]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData("1-")]
    [InlineData("1,000")]
    [InlineData("1/2:3~")]
    [InlineData("a")]
    [InlineData("a.")]
    [InlineData("a@")]
    [InlineData("A1b2")]
    [InlineData("www.")]
    [InlineData("http://a.b/")]
    [InlineData("$")]
    [InlineData("中1-")]
    [InlineData("-")]
    [InlineData("行[hang2]")]
    [InlineData("[")]
    [InlineData(" ")]
    [InlineData("，")]
    [InlineData("。")]
    [InlineData("。 ")]
    [InlineData("a\n")]
    [InlineData("\u0301")]
    [InlineData("👨\u200D")]
    [InlineData("\uD83D")]
    [InlineData("儿")]
    [InlineData("一")]
    [InlineData("好")]
    [InlineData("<speak>")]
    [InlineData("<p>")]
    [InlineData("</p>")]
    [InlineData("<break/>")]
    [InlineData("<say-as interpret-as='digits'>1")]
    [InlineData("<prosody rate='2'>快")]
    [InlineData("&lol;")]
    [InlineData("<!ENTITY a '&b;'>")]
    [InlineData("<a b=\"")]
    [InlineData("<a b='c' ")]
    [InlineData("<")]
    [InlineData("&")]
    public void The_same_over_and_over_takes_linear_time(string piece)
    {
        foreach (string start in new[] { "", "<speak>" })
        {
            TimeSpan once = Work(start + Repeated(piece, Short), tries: 3);
            TimeSpan manifold = Work(start + Repeated(piece, Times * Short), tries: 1);

            Assert.True(manifold < Noise + Growth * once, $"{once}, {manifold} for {Times} times as much of {piece}");
        }
    }

    [Theory]
    [InlineData("这是一个很长的段落，没有换行")]
    [InlineData("a long line of English, ")]
    [InlineData("<p>段落")]
    public void A_line_of_a_megabyte_is_read(string piece)
    {
        string text = "<speak>" + Repeated(piece, LongLine);

        Assert.NotEmpty(FrontEnd.Default.Read(text));
    }

    private static string Repeated(string piece, int length) =>
        string.Concat(Enumerable.Repeat(piece, length / piece.Length));

    /// <summary>The shortest time that reading takes: what else runs on the machine only adds.</summary>
    private static TimeSpan Work(string text, int tries)
    {
        TimeSpan best = TimeSpan.MaxValue;
        for (int i = 0; i < tries; i++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            FrontEnd.Default.Read(text);
            best = clock.Elapsed < best ? clock.Elapsed : best;
        }
        return best;
    }

    [Fact]
    public void A_declared_entity_is_not_expanded()
    {
        string bomb = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"哈哈哈\"><!ENTITY b \"&a;&a;&a;\">]>"
            + "<speak>&b;好</speak>";

        string read = string.Join(' ', FrontEnd.Default.Read(bomb).Select(utterance => utterance.Surface));

        Assert.DoesNotContain("ha1", read, StringComparison.Ordinal);
        Assert.EndsWith("hao3", read, StringComparison.Ordinal);
    }

    private static string RandomText(Random random, int length)
    {
        StringBuilder text = new();
        for (int i = 0; i < length; i++)
            text.Append((char)random.Next(random.Next(4) switch { 0 => 0x80, 1 => 0x3100, 2 => 0xA000, _ => 0x10000 }));
        return text.ToString();
    }

    /// <summary>Every Chinese character of plain text lies in a token that is voiced or reported.</summary>
    private static void AssertCovered(string text)
    {
        IReadOnlyList<Utterance> read = FrontEnd.Default.Read(text);
        bool[] covered = new bool[text.Length];
        foreach (Token token in read.SelectMany(utterance => utterance.Tokens))
        {
            Assert.InRange(token.Start, 0, text.Length);
            Assert.InRange(token.End, token.Start, text.Length);
            Array.Fill(covered, true, token.Start, token.End - token.Start);
        }
        foreach (Utterance utterance in read)
            Assert.All(utterance.Phones(PhoneSet.Log198), phone => Assert.True(PhoneSet.Log198.Contains(phone.Symbol)));

        bool markup = text.AsSpan().TrimStart().StartsWith("<", StringComparison.Ordinal);
        for (int i = 0; i < text.Length && !markup; i++)
            if (text[i] is >= '\u4E00' and <= '\u9FFF')
                Assert.True(
                    covered[i], $"«{text[i]}» at {i.ToString(CultureInfo.InvariantCulture)} of «{text}» is lost");
    }
}
