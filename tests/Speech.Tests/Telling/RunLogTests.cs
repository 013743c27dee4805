using Kouyin.Speech.Telling;

namespace Kouyin.Speech.Tests.Telling;

public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_survives_its_own_line()
    {
        LogRow row = new()
        {
            Step = 12, Kind = LogKind.HeldOut, Epoch = 0.5,
            Losses = new Dictionary<string, double> { ["prior"] = 1.25, ["decoder"] = 2e-7 },
            Note = "口音", Utterances = ["a", "b"],
        };

        LogRow read = LogRow.Parse(row.ToJson())!;

        Assert.Equal(row.ToJson(), read.ToJson());
        Assert.Equal([1.25, 2e-7], read.Losses!.Values);
        Assert.Contains("\"kind\":\"held_out\"", row.ToJson(), StringComparison.Ordinal);
        Assert.DoesNotContain("norms", row.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_number_is_null_in_the_file_and_no_number_when_read()
    {
        LogRow row = new()
        {
            Step = 1, Kind = LogKind.Skip,
            Losses = new Dictionary<string, double> { ["prior"] = double.PositiveInfinity },
        };

        Assert.Contains("\"prior\":null", row.ToJson(), StringComparison.Ordinal);
        Assert.True(double.IsNaN(LogRow.Parse(row.ToJson())!.Losses!["prior"]));
    }

    [Fact]
    public void A_run_that_goes_on_tells_every_step_once()
    {
        Add(0, 1, 2, 3, 4);
        File.AppendAllText(Path.Combine(_folder.Path, RunLog.Name), "{\"step\":5,\"ki"); // killed while it wrote

        Add(2, 3, 4, 5);

        Assert.Equal([1, 2, 3, 4, 5], RunLog.Read(_folder.Path).Select(row => row.Step));
    }

    [Fact]
    public void A_new_run_begins_empty()
    {
        Add(0, 1, 2);
        Add(0, 1);

        Assert.Equal([1], RunLog.Read(_folder.Path).Select(row => row.Step));
    }

    [Fact]
    public void A_row_is_in_the_file_as_soon_as_it_was_added()
    {
        using RunLog log = RunLog.Open(_folder.Path, 0);
        log.Add(new() { Step = 1, Kind = LogKind.Train });

        Assert.Equal(1, RunLog.Read(_folder.Path).Single().Step);
    }

    private void Add(long from, params long[] steps)
    {
        using RunLog log = RunLog.Open(_folder.Path, from);
        foreach (long step in steps)
            log.Add(new() { Step = step, Kind = LogKind.Train });
    }
}
