using Kouyin.Speech.Evaluation;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class TokenErrorsTests
{
    [Fact]
    public void A_reading_becomes_initials_finals_and_tones()
    {
        SpokenTokens said = RecognizerSymbols.Of(["zhong1", "guo2", ",", "yi4", "dianr3", "zi5"]);

        Assert.Equal("zh ong g uo i d ian rr z ii / 1 2 4 3 5", said.ToString());
    }

    [Fact]
    public void What_is_heard_as_said_has_no_errors()
    {
        SpokenTokens said = RecognizerSymbols.Of(["zhong1", "guo2"]);

        TokenErrors errors = TokenErrors.Between(said, said);

        Assert.Equal(new(2, 0, 0, 0), errors.Initials);
        Assert.Equal(new(2, 0, 0, 0), errors.Finals);
        Assert.Equal(new(2, 0, 0, 0), errors.Tones);
        Assert.Equal(6, errors.All.Tokens);
    }

    [Theory]
    [InlineData("zhong1 guo2", "zong1 guo2", "1 0 0", "0 0 0", "0 0 0")] // an initial replaced
    [InlineData("zhong1 guo2", "zheng1 guo2", "0 0 0", "1 0 0", "0 0 0")] // a final replaced
    [InlineData("zhong1 guo2", "zhong4 guo2", "0 0 0", "0 0 0", "1 0 0")] // a tone replaced
    [InlineData("zhong1 guo2", "guo2", "0 1 0", "0 1 0", "0 1 0")] // a syllable swallowed
    [InlineData("guo2", "zhong1 guo2", "0 0 1", "0 0 1", "0 0 1")] // a syllable invented
    [InlineData("an1", "na1", "0 0 1", "1 0 0", "0 0 0")] // an initial invented, a final replaced
    [InlineData("zhong1 guo2", "", "0 2 0", "0 2 0", "0 2 0")] // silence
    public void Errors_count_for_their_kind(string said, string heard, string initials, string finals, string tones)
    {
        TokenErrors errors = TokenErrors.Between(Tokens(said), Tokens(heard));

        Assert.Equal(initials, Counts(errors.Initials));
        Assert.Equal(finals, Counts(errors.Finals));
        Assert.Equal(tones, Counts(errors.Tones));
    }

    [Fact]
    public void A_rate_comes_with_an_interval_around_it()
    {
        ErrorCount right = new(4, 0, 0, 0), wrong = new(4, 1, 1, 0);

        ErrorRate rate = ErrorRate.Over([.. Enumerable.Repeat(right, 90), .. Enumerable.Repeat(wrong, 10)]);

        Assert.Equal(0.05, rate.Rate, 12);
        // Binomial: 10 of 100 wrong, deviation 3; a wrong one adds 0.005.
        Assert.InRange(rate.Low, 0.015, 0.027);
        Assert.InRange(rate.High, 0.073, 0.087);
    }

    [Fact]
    public void Nothing_wrong_anywhere_leaves_no_width()
    {
        ErrorRate rate = ErrorRate.Over([new(4, 0, 0, 0), new(3, 0, 0, 0)]);

        Assert.Equal((0, 0, 0), (rate.Rate, rate.Low, rate.High));
    }

    private static SpokenTokens Tokens(string reading) => RecognizerSymbols.Of(reading.Split(' '));

    private static string Counts(ErrorCount count) => $"{count.Substituted} {count.Deleted} {count.Inserted}";
}
