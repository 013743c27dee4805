using System.Text.Json.Nodes;

namespace Kouyin.App.Tests;

public sealed class BenchRunCommandTests(SmallVoice voice) : IClassFixture<SmallVoice>
{
    [Fact]
    public void Says_where_the_time_of_a_step_goes()
    {
        FakeTerminal terminal = new();

        int code = terminal.Run(
            "bench", "run", voice["recipe.json"], "--data", voice.Data, "--steps", "2", "--warmup", "1", "--threads",
            "1");

        Assert.True(code == 0, terminal.Error);
        JsonObject said = (JsonObject)JsonNode.Parse(terminal.Out)!;
        JsonObject stages = (JsonObject)said["stages_s"]!;
        Assert.Equal(
            ["alignment", "backward", "data", "decoder", "encoder", "optimizer", "rest"],
            stages.Select(stage => stage.Key).Order(StringComparer.Ordinal));
        Assert.Equal((double)said["step_s_mean"]!, stages.Sum(stage => (double)stage.Value!), 1e-3);
        Assert.True((double)said["memory_mb_at_end"]! > 10);
    }
}
