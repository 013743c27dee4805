namespace Kouyin.App.Tests;

public sealed class CommandLineTests
{
    private readonly FakeTerminal _terminal = new();

    [Fact]
    public void Nothing_at_all_shows_the_commands()
    {
        Assert.Equal(0, _terminal.Run());

        Assert.Contains("import", _terminal.Out);
    }

    [Theory]
    [InlineData("dance")]
    [InlineData("import")]
    [InlineData("import", "a.pt", "--out")]
    [InlineData("import", "a.pt", "--out", "b", "--nonsense")]
    public void A_command_line_that_makes_no_sense_is_a_users_error(params string[] args)
    {
        Assert.Equal(CommandLine.UserError, _terminal.Run(args));

        Assert.StartsWith("error: ", _terminal.Error);
        Assert.Contains("--help", _terminal.Error);
        Assert.Empty(_terminal.Out);
    }

    [Fact]
    public void Help_for_a_command_needs_none_of_its_arguments()
    {
        Assert.Equal(0, _terminal.Run("import", "--help"));

        Assert.Contains("--out", _terminal.Out);
    }
}
