using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Phones;

public sealed class FrontEndTests
{
    [Theory]
    [InlineData("你好，世界。", "ni2 hao3 shi4 jie4")]
    [InlineData("保管好", "bao2 guan2 hao3")]
    [InlineData("看一看", "kan4 yi5 kan4")]
    [InlineData("老汉儿", "lao3 hanr4")]
    [InlineData("١٢个", "shi2 er4 ge4")]
    public void Chinese_is_read_as_it_is_spoken(string text, string pinyin) =>
        Assert.Equal(pinyin, Assert.Single(FrontEnd.Default.Read(text)).Surface);

    [Fact]
    public void Every_phone_points_at_its_characters()
    {
        const string text = "好，Kevin!";

        Utterance utterance = Assert.Single(FrontEnd.Default.Read(text));

        Assert.Equal(
            "sil|h好|ao3好|,，|KKevin|EH1Kevin|VKevin|IH0Kevin|NKevin|!!|sil",
            string.Join('|', utterance.Phones(PhoneSet.InitialsFinals).Select(p => p.Symbol + text[p.Start..p.End])));
    }

    [Fact]
    public void The_log_set_makes_every_pause_a_silence()
    {
        Utterance utterance = Assert.Single(FrontEnd.Default.Read("好，好。"));

        Assert.Equal(
            "sil h ao3 sil h ao3 sil",
            string.Join(' ', utterance.Phones(PhoneSet.Log198).Select(phone => phone.Symbol)));
    }

    [Fact]
    public void A_text_is_cut_into_sentences() =>
        Assert.Equal(["他说：“好！”", "走吧。", "Go.", " End"], FrontEnd.Default.Read("他说：“好！”走吧。Go. End").Select(u => u.Text));
}
