using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Phones;

public sealed class UserLexiconTests
{
    [Fact]
    public void A_users_words_win()
    {
        UserLexicon lexicon = UserLexicon.Parse(["# ours", "", "行家 hang2 jia5", "Kouyin K OW1 Y IH2 N"], "test");

        Utterance read = FrontEnd.Default.Read("行家用kouyin", new() { Lexicon = lexicon })[0];

        Assert.Equal("hang2 jia5 yong4 kouyin", read.Surface);
        Assert.Equal("K OW1 Y IH2 N", string.Join(' ', read.Tokens[^1].Arpabet));
    }

    [Theory]
    [InlineData("行家 hang2")]
    [InlineData("行家 hang2 xyz1")]
    [InlineData("行家")]
    [InlineData("hello")]
    [InlineData("hello HH XX1")]
    public void A_wrong_line_is_named(string line)
    {
        UserException error = Assert.Throws<UserException>(() => UserLexicon.Parse(["好 hao3", line], "mine.txt"));

        Assert.Equal("mine.txt, line 2", error.Where);
    }

    [Theory]
    [InlineData("standard", "dianr3 peng2 you5 de5")]
    [InlineData("singapore", "dian3 peng2 you3 de5")]
    public void An_accent_keeps_its_habits(string accent, string pinyin)
    {
        FrontEndOptions options = new() { Accent = AccentPolicy.ByAccent[accent] };

        Assert.Equal(pinyin, FrontEnd.Default.Read("点儿朋友的", options)[0].Lexical);
    }

    [Fact]
    public void An_accent_may_give_er_its_own_syllable()
    {
        FrontEndOptions options = new() { Accent = new(ErhuaPolicy.Separate, NeutralTonePolicy.Keep) };

        Assert.Equal("hua1 er2", FrontEnd.Default.Read("花儿", options)[0].Lexical);
    }
}
