using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Kouyin.Speech.Benchmark;
using Kouyin.Speech.Data;

namespace Kouyin.App.Commands;

/// <summary><c>bench prepare</c>: how fast a corpus is prepared, and what that takes.</summary>
internal static class BenchPrepareCommand
{
    private static readonly Option<string> Folder = new("--folder")
    {
        Description = "Where the corpus and what is made of it go, and stay: FOLDER/corpus, FOLDER/data.",
        Required = true,
    };

    private static readonly Option<int> Utterances = new("--utterances")
    {
        Description = "Utterances of the corpus.",
        DefaultValueFactory = _ => 600,
    };

    private static readonly Option<double> Seconds = new("--seconds")
    {
        Description = "Their length on average; AISHELL-3's by default.",
        DefaultValueFactory = _ => 3.5,
    };

    private static readonly Option<int> Rate = new("--rate")
    {
        Description = "Their sample rate.",
        DefaultValueFactory = _ => 44100,
    };

    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "Utterances to work on at once.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Seed of the sounds.",
        DefaultValueFactory = _ => 37,
    };

    public static Command Create()
    {
        Command command = new("prepare", "Time the preparation of a corpus that it makes.")
        {
            Folder, Utterances, Seconds, Rate, Jobs, Seed,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => parsed.InvocationConfiguration.Output.WriteLine(Measure(parsed, cancel).ToJsonString()), cancel));
        return command;
    }

    private static JsonObject Measure(ParseResult parsed, CancellationToken cancel)
    {
        string corpus = Path.Combine(parsed.GetRequiredValue(Folder), "corpus");
        string data = Path.Combine(parsed.GetRequiredValue(Folder), "data");
        if (!Directory.Exists(corpus))
            SyntheticCorpus.Write(
                corpus, parsed.GetValue(Utterances), parsed.GetValue(Seconds), parsed.GetValue(Rate),
                parsed.GetValue(Seed));
        if (Directory.Exists(data))
            throw new UserException("the corpus is prepared already", data, "remove it, to time it again");
        PreparationOptions options = new() { Corpora = [corpus], Workers = parsed.GetValue(Jobs) };

        TimeSpan used = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        PreparedInfo info = WorkProgress.Run(
            "prepare", progress => Preparation.Run(options, data, progress, cancel));
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double processor = (Environment.CpuUsage.TotalTime - used).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        PreparedCorpus.Open(data).Dispose();
        using Process process = Process.GetCurrentProcess();
        return new()
        {
            ["mode"] = "prepare",
            ["utterances"] = info.Utterances,
            ["sound_s"] = Math.Round(info.Seconds, 1),
            ["wall_s"] = Math.Round(wall, 2),
            ["cpu_s"] = Math.Round(processor, 2),
            ["times_real_time"] = Math.Round(info.Seconds / wall, 1),
            ["times_real_time_of_a_core"] = Math.Round(info.Seconds / processor, 1),
            ["open_s"] = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 2),
            ["peak_rss_mb"] = Math.Round(process.PeakWorkingSet64 / 1048576.0),
            ["jobs"] = options.Workers,
        };
    }
}
