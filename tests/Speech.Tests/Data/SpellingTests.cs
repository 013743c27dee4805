using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Data;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("zhong1 guo2", "zh ong1 g uo2")]
    [InlineData("wo3 % hao3 $", "uo3 , h ao3 .")]
    public void Pinyin_is_spelt(string words, string phones) =>
        Assert.Equal(phones, Phones(PhoneSet.InitialsFinals, TranscriptKind.Pinyin, words));

    [Theory]
    [InlineData("sil x in1 j ia1 p o1 sil", "x in1 j ia1 p o1")]
    [InlineData("uu uo3 d e5 zh ix4 r iz4", "uo3 d e5 zh iii4 r iii4")]
    [InlineData("ee er2 q v4 d un1 sh ix5", "er2 q v4 d uen1 sh iii5")]
    public void The_logs_phones_become_those_of_another_set(string words, string phones)
    {
        List<SpokenUnit> units = new Spelling(PhoneSet.InitialsFinals).Units(
            new(TranscriptKind.Phones, words.Split(' '), ""), "north");

        Assert.Equal(phones, string.Join(' ', units.Where(unit => !unit.IsPause).SelectMany(unit => unit.Phones)));
    }

    [Fact]
    public void The_logs_phones_stay_as_they_are_in_their_own_set() => Assert.Equal(
        "sil r iz4 ee er5 sil", Phones(PhoneSet.Log198, TranscriptKind.Phones, "sil r iz4 ee er5 sil"));

    [Theory]
    [InlineData("我很好。", "north", "uo2 h en2 h ao3 .")]
    [InlineData("朋友", "singapore", "p eng2 iou3")] // no neutral tone
    [InlineData("朋友", "north", "p eng2 iou5")]
    [InlineData("Yes, sir.", "american", "Y EH1 S , S ER1 .")]
    [InlineData("用app", "singapore", "iong4 AE1 P")]
    [InlineData("行[hang2]", "north", "h ang2")]
    public void Text_is_read_by_the_front_end_as_the_accent_reads(string text, string accent, string phones)
    {
        Transcript transcript = new(TranscriptKind.Text, [], text);

        List<SpokenUnit> units = new Spelling(PhoneSet.InitialsFinals).Units(transcript, accent);

        Assert.Equal(phones, string.Join(' ', units.SelectMany(unit => unit.Phones)));
    }

    [Theory]
    [InlineData(TranscriptKind.Pinyin, "ni3 cuo9", "«cuo9»")]
    [InlineData(TranscriptKind.Pinyin, ", .", "nothing is said")]
    [InlineData(TranscriptKind.Phones, "sil x SPN sil", "«x SPN»")]
    [InlineData(TranscriptKind.Phones, "sil x", "«x»")]
    [InlineData(TranscriptKind.Text, "好[LAUGHTER]", "«[LAUGHTER]»")]
    [InlineData(TranscriptKind.Text, "", "nothing is said")]
    [InlineData(TranscriptKind.Text, "한국어", "front end")]
    public void What_cannot_be_said_is_refused_by_name(TranscriptKind kind, string said, string detail)
    {
        RefusedException e = Assert.Throws<RefusedException>(
            () => Phones(PhoneSet.InitialsFinals, kind, said));

        Assert.Equal(RefusalReason.UnknownPhone, e.Reason);
        Assert.Contains(detail, e.Message, StringComparison.Ordinal);
    }

    private static string Phones(PhoneSet set, TranscriptKind kind, string said)
    {
        Transcript transcript = kind == TranscriptKind.Text ? new(kind, [], said) : new(kind, said.Split(' '), "");
        return string.Join(' ', new Spelling(set).Units(transcript, "north").SelectMany(unit => unit.Phones));
    }
}
