using System.Globalization;
using Kouyin.Speech.Training;

namespace Kouyin.App.Commands;

/// <summary>
/// What <c>train</c> shows: on a terminal one line that lives, elsewhere a line now and then, more and more rarely;
/// measurements and warnings are lines that stay.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="liveWidth">Columns of the terminal; null where it is none.</param>
/// <param name="clock">How long things take.</param>
/// <param name="lossNames">Names of the losses that steps and measurements give.</param>
/// <param name="steps">The recipe's last step.</param>
internal sealed class TrainingDisplay(
    TextWriter output, int? liveWidth, TimeProvider clock, IReadOnlyList<string> lossNames, long steps)
{
    private const string ClearLine = "\r\u001b[K";
    private static readonly TimeSpan BetweenDrawings = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan ShortestBetweenLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBetweenLines = TimeSpan.FromMinutes(1);

    private readonly long _start = clock.GetTimestamp();
    private readonly Queue<(long Time, StepReport Report)> _recent = [];
    private TimeSpan _nextLine;
    private string _status = "";
    private long _skipped;

    /// <summary>Columns of the terminal that is written to; null where that is a file or another program.</summary>
    public static int? WidthOf(TextWriter output) =>
        output == Console.Out && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb"
            ? Math.Max(20, Console.WindowWidth)
            : null;

    /// <summary>Shows what happened.</summary>
    public void Show(TrainingEvent happened)
    {
        switch (happened)
        {
            case StepDone { Report: var report }:
                if (report.Skipped is { } skipped)
                {
                    _skipped++;
                    Line($"warning: step {N(report.Step)} left out: {skipped.Reason}; utterances "
                        + Listed(skipped.Utterances)
                        + string.Concat(skipped.Dumps.Select(dump => $"; to look at it: --replay {dump}")));
                }
                Progress(report);
                break;
            case Evaluated evaluated:
                Line($"step {N(evaluated.Step)} held out  {Losses(evaluated.Losses)}");
                break;
        }
    }

    /// <summary>Leaves the last line as it is.</summary>
    public void End()
    {
        if (liveWidth is not null && _status.Length > 0)
            output.WriteLine();
        _status = "";
    }

    private void Progress(StepReport report)
    {
        TimeSpan elapsed = clock.GetElapsedTime(_start);
        _recent.Enqueue((clock.GetTimestamp(), report));
        TimeSpan between = liveWidth is null ? Between(elapsed) : BetweenDrawings;
        // Rates are those of the last half minute, or of the steps between two lines.
        while (_recent.Count > 2 && clock.GetElapsedTime(_recent.Peek().Time) > TimeSpan.FromSeconds(30) + between)
            _recent.Dequeue();
        if (elapsed < _nextLine && report.Step < steps)
            return;
        _nextLine = elapsed + between;
        string status = Status(report.Step);
        if (liveWidth is null)
            output.WriteLine(status);
        else
            Redraw(status);
        output.Flush();
    }

    private static TimeSpan Between(TimeSpan elapsed) => TimeSpan.FromTicks(
        Math.Clamp(elapsed.Ticks / 20, ShortestBetweenLines.Ticks, LongestBetweenLines.Ticks));

    private void Redraw(string status)
    {
        _status = status.Length < liveWidth ? status : status[..(liveWidth!.Value - 1)];
        output.Write(ClearLine + _status);
    }

    /// <summary>A line that stays, above the one that lives.</summary>
    private void Line(string text)
    {
        output.WriteLine(liveWidth is null ? text : ClearLine + text);
        if (liveWidth is not null)
            output.Write(_status);
        output.Flush();
    }

    private string Status(long step)
    {
        StepReport[] taken = [.. _recent.Select(entry => entry.Report).Where(report => report.Skipped is null)];
        string losses = taken.Length == 0 ? "" : Losses(
            [.. lossNames.Select((_, k) => taken.Average(report => report.Losses[k]))]) + "  ";
        string skipped = _skipped == 0 ? "" : $"{N(_skipped)} left out  ";
        return $"step {N(step)} of {N(steps)}  {F($"{100.0 * step / steps:0.0} %")}  {losses}{skipped}{Pace(step)}";
    }

    private string Pace(long step)
    {
        double seconds = clock.GetElapsedTime(_recent.Peek().Time).TotalSeconds;
        if (_recent.Count < 2 || seconds <= 0)
            return "";
        double rate = (_recent.Count - 1) / seconds;
        TimeSpan left = TimeSpan.FromSeconds((steps - step) / rate);
        string time = left.TotalDays >= 1 ? F($"{left:d\\d\\ hh\\:mm}") : F($"{left:h\\:mm\\:ss}");
        return F($"{rate:0.00} steps/s  {time} left");
    }

    private string Losses(IReadOnlyList<double> losses) =>
        string.Join("  ", lossNames.Zip(losses, (name, loss) => F($"{name} {loss:0.000}")));

    private static string Listed(IReadOnlyList<string> ids) =>
        ids.Count <= 4 ? string.Join(", ", ids) : $"{string.Join(", ", ids.Take(4))} and {ids.Count - 4} more";

    private static string N(long number) => F($"{number:N0}");

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
