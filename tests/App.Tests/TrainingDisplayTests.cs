using Kouyin.App.Commands;
using Kouyin.Speech.Training;

namespace Kouyin.App.Tests;

public sealed class TrainingDisplayTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly HandClock _clock = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void In_a_file_there_is_a_line_now_and_then_with_rate_and_time_left()
    {
        TrainingDisplay display = new(_output, null, _clock, ["prior", "decoder"], 1000);

        Steps(display, 100, seconds: 1);

        string[] lines = Lines();
        Assert.DoesNotContain('\r', _output.ToString());
        Assert.InRange(lines.Length, 15, 22); // a line each 5 seconds
        Assert.Equal("step 1 of 1,000  0.1 %  prior 0.500  decoder 0.250", lines[0].TrimEnd());
        Assert.Equal(
            "step 51 of 1,000  5.1 %  prior 0.500  decoder 0.250  1.00 steps/s  0:15:49 left",
            lines.Single(line => line.StartsWith("step 51 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void In_a_file_lines_of_a_long_run_grow_rare()
    {
        TrainingDisplay display = new(_output, null, _clock, ["loss"], 100_000);

        Steps(display, 7200, seconds: 1);

        Assert.InRange(Lines().Length, 100, 250);
        Assert.EndsWith("1.00 steps/s  1d 01:46 left", Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_step_has_its_line()
    {
        TrainingDisplay display = new(_output, null, _clock, ["loss"], 3);

        Steps(display, 3, seconds: 0.1);

        Assert.StartsWith("step 3 of 3  100.0 %", Lines()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_terminal_one_line_lives_and_fits()
    {
        TrainingDisplay display = new(_output, 40, _clock, ["prior", "decoder"], 1000);

        Steps(display, 50, seconds: 0.1);
        display.End();

        Assert.Single(Lines()); // one line in the end
        string[] drawings = _output.ToString().Split("\r\u001b[K", StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(drawings.Length, 20, 30); // five a second at most
        Assert.All(drawings, drawing => Assert.InRange(drawing.TrimEnd('\n').Length, 10, 39));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(100)]
    public void Measurements_and_warnings_stay(int? width)
    {
        TrainingDisplay display = new(_output, width, _clock, ["loss"], 1000);

        Steps(display, 2, seconds: 1);
        display.Show(new StepDone(new(
            3, [double.NaN], [], 5,
            new SkippedStep("a loss is no finite number", ["a", "b", "c", "d", "e"], ["dump"]))));
        display.Show(new Evaluated(3, [0.75]));
        Steps(display, 1, seconds: 10);
        display.End();

        string said = _output.ToString().Replace("\r\u001b[K", "", StringComparison.Ordinal);
        Assert.Contains(
            "warning: step 3 left out: a loss is no finite number; utterances a, b, c, d and 1 more; "
            + "to look at it: --replay dump\n", said,
            StringComparison.Ordinal);
        Assert.Contains("step 3 held out  loss 0.750\n", said, StringComparison.Ordinal);
        Assert.Contains("1 left out", said, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", said, StringComparison.Ordinal);
    }

    private void Steps(TrainingDisplay display, int count, double seconds)
    {
        for (int step = 1; step <= count; step++)
        {
            _clock.Pass(seconds);
            display.Show(new StepDone(new(step, [0.5, 0.25], [1], 100)));
        }
    }

    private string[] Lines() => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A clock that moves when it is told to.</summary>
    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(double seconds) => _ticks += (long)(seconds * TimeSpan.TicksPerSecond);
    }
}
