using System.Text.Json.Nodes;
using Kouyin.App.Commands;

namespace Kouyin.App.Tests;

public sealed class BenchPrepareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_makes_a_corpus_and_times_its_preparation()
    {
        string[] arguments = ["--folder", _folder["b"], "--utterances", "6", "--seconds", "1", "--rate", "16000"];
        using StringWriter output = new();

        BenchPrepareCommand.Create().Parse(arguments)
            .Invoke(new() { EnableDefaultExceptionHandler = false, Output = output });

        JsonNode result = JsonNode.Parse(output.ToString())!;
        Assert.Equal(6, (int)result["utterances"]!); // none is refused
        Assert.InRange((double)result["sound_s"]!, 3.0, 12.0);
        Assert.Equal(
            (double)result["sound_s"]! / (double)result["wall_s"]!, (double)result["times_real_time"]!,
            0.2 * (double)result["times_real_time"]!);
    }
}
