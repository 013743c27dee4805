using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Phones;

public sealed class MarkupTests
{
    [Fact]
    public void Voice_rate_and_accent_reach_the_utterance()
    {
        IReadOnlyList<Utterance> read = FrontEnd.Default.Read(
            "<speak>一<voice name=\"lin\" accent=\"singapore\"><prosody rate=\"fast\">二</prosody></voice>三</speak>");

        Assert.Equal([new(), new(1.25, "lin", "singapore"), new()], read.Select(utterance => utterance.Style));
    }

    [Fact]
    public void A_break_is_a_pause_of_its_length()
    {
        Utterance first = FrontEnd.Default.Read("<speak>你好<break time=\"500ms\"/>世界</speak>")[0];

        Assert.Equal((TokenKind.Pause, 0.5), (first.Tokens[^1].Kind, first.Tokens[^1].PauseSeconds));
    }

    [Fact]
    public void Places_are_those_of_the_text_with_its_markup()
    {
        const string text = "<speak>&lt;<phoneme ph=\"hang2\">行</phoneme>2个</speak>";

        Token[] tokens = [.. FrontEnd.Default.Read(text)[0].Tokens];

        Assert.Equal(["行", "2", "个"], tokens.Where(token => token.Kind == TokenKind.Syllable)
            .Select(token => text[token.Start..token.End]));
    }

    [Theory]
    [InlineData("<speak><b>好</b></speak>", "<b>")]
    [InlineData("<speak></voice>好</speak>", "</voice>")]
    [InlineData("<speak><prosody rate=\"soon\">好</prosody></speak>", "soon")]
    [InlineData("<speak><phoneme ph=\"xyz\">好</phoneme></speak>", "xyz")]
    [InlineData("<speak><p>好</speak>", "<p>")]
    public void What_cannot_be_followed_is_reported_and_the_text_spoken(string text, string problem)
    {
        List<string> reported = [];

        IReadOnlyList<Utterance> read = FrontEnd.Default.Read(text, new() { Report = reported.Add });

        Assert.Contains(reported, line => line.Contains(problem, StringComparison.Ordinal));
        Assert.Equal("hao3", read[0].Surface);
    }
}
