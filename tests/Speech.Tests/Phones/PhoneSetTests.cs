using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Phones;

public sealed class PhoneSetTests
{
    [Theory]
    [InlineData("guang3", "g uang3", "g uang3")]
    [InlineData("wo3", "uo3", "uu uo3")]
    [InlineData("dianr3", "d ian3 rr", "d ian3 ee er5")]
    [InlineData("zher4", "zh e4 rr", "zh er4")]
    [InlineData("zhi1", "zh iii1", "zh ix1")]
    [InlineData("zi5", "z ii5", "z iy5")]
    [InlineData("er4", "er4", "ee er4")]
    [InlineData("yun4", "vn4", "vv vn4")]
    [InlineData("liu2", "l iou2", "l iu2")]
    [InlineData("shang5", "sh ang5", "sh ang4")]
    public void A_syllable_has_its_phones_in_both_sets(string pinyin, string initialsFinals, string log198)
    {
        Pinyin syllable = Pinyin.Parse(pinyin);

        Assert.Equal(initialsFinals, string.Join(' ', PhoneSet.InitialsFinals.Phones(syllable)));
        Assert.Equal(log198, string.Join(' ', PhoneSet.Log198.Phones(syllable)));
    }

    [Fact]
    public void Every_syllable_and_english_phone_is_in_every_set()
    {
        foreach (PhoneSet set in PhoneSet.All)
        {
            for (int code = 0; set != PhoneSet.English && code < Syllables.Count; code++)
                for (int tone = 1; tone <= 5; tone++)
                    foreach (Pinyin pinyin in Tones(code, tone))
                        Assert.All(set.Phones(pinyin), phone => Assert.True(set.Contains(phone), phone));
            foreach (string phone in Arpabet.Symbols)
                Assert.All(set.EnglishPhones(phone), p => Assert.True(set.Contains(p), p));
            Assert.All(Enum.GetValues<Pause>(), pause => Assert.True(set.Contains(set.PausePhone(pause))));
        }

        static Pinyin[] Tones(int syllable, int tone)
        {
            Pinyin plain = Pinyin.FromCode((ushort)(syllable << 4 | tone));
            return [plain, plain.WithErhua()];
        }
    }

    [Fact]
    public void English_phones_write_no_Mandarin()
    {
        IReadOnlyList<string> phones = PhoneSet.English.Phones(Pinyin.Parse("guang3"));

        Assert.Contains("guang3", Assert.Throws<UserException>(() => PhoneSet.English.Ids(phones)).What,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Symbols_are_distinct_and_their_index_is_their_id()
    {
        foreach (PhoneSet set in PhoneSet.All)
            Assert.Equal(Enumerable.Range(0, set.Symbols.Count), set.Symbols.Select(set.Id));
        Assert.Equal(198, PhoneSet.Log198.Id(PhoneSet.Log198.Blank));
        Assert.Equal(0, PhoneSet.InitialsFinals.Id(PhoneSet.InitialsFinals.Blank));
    }

    [Fact]
    public void Blanks_stand_around_every_phone()
    {
        PhoneSet set = PhoneSet.Log198;

        Assert.Equal([198, set.Id("b"), 198, set.Id("a1"), 198], set.Ids(["b", "a1"], blanks: true));
    }

    [Fact]
    public void An_unknown_phone_or_set_is_refused_by_name()
    {
        UserException phone = Assert.Throws<UserException>(() => PhoneSet.Log198.Id("qq"));
        UserException set = Assert.Throws<UserException>(() => PhoneSet.Named("log"));

        Assert.Contains("«qq»", phone.What, StringComparison.Ordinal);
        Assert.Contains("log198", set.Fix, StringComparison.Ordinal);
    }

    [SharedFact("facts/phones.txt")]
    public void The_log_set_is_the_logs_own_list() =>
        Assert.Equal(File.ReadAllLines(Shared.PathOf("facts/phones.txt")), PhoneSet.Log198.Symbols.SkipLast(1));

    [SharedFact("facts/phones_to_pinyin.tsv")]
    public void The_log_set_writes_syllables_as_the_log_does()
    {
        foreach (string[] row in Shared.Rows("facts/phones_to_pinyin.tsv").Skip(1))
            if (row[2] == "yes" && Pinyin.TryParse(row[1], out Pinyin pinyin))
                Assert.Equal(row[0], string.Join(' ', PhoneSet.Log198.Phones(pinyin)));
    }
}
