using System.CommandLine;
using Kouyin.Torch;
using Kouyin.Torch.Distributed;

namespace Kouyin.App;

/// <summary>Work that several processes may share, and that may be asked to stop at a good place.</summary>
internal static class SharedRun
{
    private static readonly Option<int> Processes = new("--nproc")
    {
        Description = "Processes of this machine that share every step's batch.", DefaultValueFactory = _ => 1,
    };

    private static readonly Option<int?> Threads = new("--threads")
    {
        Description = "Threads to compute with, for each process; else the cores are shared out.",
    };

    private static readonly Option<double> Wait = new("--timeout")
    {
        Description = "Seconds that processes wait for each other before all end.", DefaultValueFactory = _ => 600,
    };

    private static readonly Option<double?> Hours = new("--hours")
    {
        Description = "Save and leave after so many hours.",
    };

    /// <summary>Adds what <see cref="Run"/> reads.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Threads, Processes, Wait, Hours])
            command.Options.Add(option);
    }

    /// <summary>Does the work here, or starts the processes that share it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="work">Gets the processes, or null where there is only this one, and when to stop.</param>
    /// <param name="cancel">Asks to stop.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> Run(
        ParseResult parsed, Action<ProcessGroup?, CancellationToken> work, CancellationToken cancel)
    {
        int count = parsed.GetValue(Processes);
        if (count < 1)
            throw new UserException($"{count} processes cannot share anything", "--nproc", "give 1 or more");
        ProcessPlace? place = ProcessPlace.From(Environment.GetEnvironmentVariable);
        return place is null && count > 1
            ? LocalWorkers.Run(count, Program(), parsed.InvocationConfiguration.Error, cancel)
            : Task.Run(() => Work(parsed, place, work, cancel), CancellationToken.None);
    }

    private static int Work(
        ParseResult parsed, ProcessPlace? place, Action<ProcessGroup?, CancellationToken> work,
        CancellationToken cancel)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        LocalWorkers.LeaveWithStarter(stop);
        if (parsed.GetValue(Hours) is { } hours)
            stop.CancelAfter(hours is > 0 and <= 1000
                ? TimeSpan.FromHours(hours)
                : throw new UserException($"a run of {hours} hours is none", "--hours", "give 0.1 to 1000"));
        int here = LocalWorkers.IsWorker ? place!.Size : 1;
        Engine.Threads = parsed.GetValue(Threads) ?? Math.Max(1, Environment.ProcessorCount / here);
        TimeSpan timeout = TimeSpan.FromSeconds(parsed.GetValue(Wait));
        using ProcessGroup? group = place is null ? null : ProcessGroup.Join(place, timeout, IsMeetingServed);
        work(group, stop.Token);
        return 0;
    }

    // torchrun serves the meeting place itself, and says so.
    private static bool IsMeetingServed =>
        Environment.GetEnvironmentVariable("TORCHELASTIC_USE_AGENT_STORE") == "True";

    private static string[] Program()
    {
        string[] command = Environment.GetCommandLineArgs(); // the first is this program's .dll
        string started = Environment.ProcessPath!;
        return Path.GetFileName(started) == "dotnet" ? [started, .. command] : [started, .. command[1..]];
    }
}
