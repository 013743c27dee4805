using System.Text.Json;

namespace Kouyin.App.Tests;

public sealed class TextCommandTests
{
    private readonly FakeTerminal _terminal = new();

    [Theory]
    [InlineData("normalized", "他有两个")]
    [InlineData("lexical", "ta1 you3 liang3 ge4")]
    [InlineData("surface", "ta1 you2 liang3 ge4")]
    [InlineData("phones", "sil t a1 iou2 l iang3 g e4 sil")]
    public void It_shows_each_level(string level, string expected)
    {
        Assert.Equal(0, _terminal.Run("text", "他有2个", "--to", level));
        Assert.Equal(expected, _terminal.Out.Trim());
    }

    [Fact]
    public void Json_maps_tokens_and_phones_to_the_text()
    {
        _terminal.Run("text", "有2个", "--to", "json", "--phones", "log198");

        JsonElement sentence = JsonDocument.Parse(_terminal.Out).RootElement.GetProperty("sentences")[0];
        Assert.Equal("有两个", sentence.GetProperty("normalized").GetString());
        Assert.Equal(
            ["有", "两", "个"],
            sentence.GetProperty("tokens").EnumerateArray().Select(token => token.GetProperty("text").GetString()));
        Assert.Equal("""["l",1,2]""", sentence.GetProperty("phones")[3].GetRawText());
    }

    [Fact]
    public void Explain_names_the_rule_of_every_word()
    {
        _terminal.Run("text", "--explain", "我姓单，有一个朋友");

        Assert.Contains("单\tshan4\t\tcontext", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("一个\tyi1 ge4\t→ yi2 ge4\tword sandhi, word", _terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_can_read_is_reported_apart()
    {
        Assert.Equal(0, _terminal.Run("text", "雪の花"));
        Assert.Equal("xue3 hua1", _terminal.Out.Trim());
        Assert.Contains("«の» at 1", _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--to", "ipa")]
    [InlineData("--phones", "ipa")]
    [InlineData("--accent", "moon")]
    [InlineData("--lexicon", "no-such-file.txt")]
    public void A_wrong_option_is_a_users_error(string option, string value)
    {
        Assert.Equal(CommandLine.UserError, _terminal.Run("text", "好", option, value));
        Assert.Contains("fix:", _terminal.Error, StringComparison.Ordinal);
    }
}
