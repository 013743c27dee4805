using System.Diagnostics;
using Kouyin.Speech.Data;
using Spectre.Console;

namespace Kouyin.App.Commands;

/// <summary>Shows how far a long piece of work is: a bar on a terminal, a plain line now and then elsewhere.</summary>
internal static class WorkProgress
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Runs the work and shows what it reports, on standard error.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="work">The work; it gets somewhere to report to.</param>
    public static T Run<T>(string title, Func<IProgress<WorkDone>, T> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected || !console.Profile.Capabilities.Interactive)
            return work(new PlainLines(title));
        return console.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask(title), title)));
    }

    /// <summary>The speed of what is done now; what an earlier run did took no time.</summary>
    private static string Rate(WorkDone value, int before, TimeSpan elapsed) => value.SoundSeconds > 0
        ? $"{ItemRate(value, before, elapsed):0} items/s, {value.SoundSeconds / elapsed.TotalSeconds:0} x real time"
        : $"{ItemRate(value, before, elapsed):0} items/s";

    private static double ItemRate(WorkDone value, int before, TimeSpan elapsed) =>
        (value.Done - before) / elapsed.TotalSeconds;

    private sealed class Bar(ProgressTask task, string title) : IProgress<WorkDone>
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private int? _before;

        public void Report(WorkDone value)
        {
            _before ??= value.Done - 1;
            task.MaxValue = value.Total;
            task.Value = value.Done;
            task.Description = $"{title.EscapeMarkup()}, {Rate(value, _before.Value, _watch.Elapsed)}";
        }
    }

    private sealed class PlainLines(string title) : IProgress<WorkDone>
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private TimeSpan _next = BetweenLines;
        private int? _before;

        public void Report(WorkDone value)
        {
            _before ??= value.Done - 1;
            TimeSpan elapsed = _watch.Elapsed;
            if (elapsed < _next && value.Done < value.Total)
                return;
            _next = elapsed + BetweenLines;
            TimeSpan left = elapsed * ((double)(value.Total - value.Done) / (value.Done - _before.Value));
            Console.Error.WriteLine($"{title}: {value.Done} of {value.Total}, "
                + $"{Rate(value, _before.Value, elapsed)}, {left:h\\:mm\\:ss} left");
        }
    }
}
