using Kouyin.Torch.Distributed;

namespace Kouyin.Torch.Tests.Distributed;

public sealed class ProcessPlaceTests
{
    private static readonly Dictionary<string, string> Torchrun = new()
    {
        ["RANK"] = "3",
        ["WORLD_SIZE"] = "4",
        ["LOCAL_RANK"] = "1",
        ["MASTER_ADDR"] = "node0",
        ["MASTER_PORT"] = "29500",
    };

    [Fact]
    public void It_is_what_torchrun_says() => Assert.Equal(
        new(3, 4, 1, "node0", 29500), ProcessPlace.From(Torchrun.GetValueOrDefault));

    [Fact]
    public void The_variables_for_a_started_process_say_the_same() => Assert.Equal(
        new(3, 4, 1, "node0", 29500),
        ProcessPlace.From(new ProcessPlace(3, 4, 1, "node0", 29500).Variables.ToDictionary().GetValueOrDefault));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    public void A_process_alone_has_none(string? size) => Assert.Null(Changed("WORLD_SIZE", size));

    [Theory]
    [InlineData("RANK", null, "RANK is «»")]
    [InlineData("RANK", "4", "RANK is 4, but WORLD_SIZE is 4")]
    [InlineData("WORLD_SIZE", "many", "WORLD_SIZE is «many»")]
    [InlineData("MASTER_ADDR", "", "MASTER_ADDR is not set")]
    [InlineData("MASTER_PORT", "-1", "MASTER_PORT is «-1»")]
    public void What_does_not_fit_is_named(string name, string? value, string expected)
    {
        UserException e = Assert.Throws<UserException>(() => Changed(name, value));

        Assert.Contains(expected, e.What, StringComparison.Ordinal);
    }

    private static ProcessPlace? Changed(string name, string? value) =>
        ProcessPlace.From(variable => variable == name ? value : Torchrun.GetValueOrDefault(variable));
}
