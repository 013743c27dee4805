using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Kouyin.Torch.Distributed;

namespace Kouyin.App;

/// <summary>Starts this program several times on this machine, as processes that compute together.</summary>
/// <remarks>
/// When one fails the others soon miss it and end too; those that do not are killed, and one error says what was first.
/// </remarks>
internal static partial class LocalWorkers
{
    // Set for a worker: its standard input ends when whoever started it does.
    private const string Variable = "KOUYIN_WORKER";

    private const int TerminateSignal = 15;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Whether this process is one of them.</summary>
    public static bool IsWorker => Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>Runs the workers to their ends.</summary>
    /// <param name="count">How many.</param>
    /// <param name="program">This program and its arguments.</param>
    /// <param name="error">Where the first failure's message goes.</param>
    /// <param name="cancel">Asks all to save and leave.</param>
    /// <returns>0, or the exit code of the one that failed first.</returns>
    /// <exception cref="UserException">One was killed, or stopped answering.</exception>
    public static async Task<int> Run(
        int count, IReadOnlyList<string> program, TextWriter error, CancellationToken cancel)
    {
        int port = FreePort();
        Worker[] workers = [.. Enumerable.Range(0, count)
            .Select(rank => Worker.Start(program, new(rank, count, rank, "127.0.0.1", port)))];
        try
        {
            using CancellationTokenRegistration asked =
                cancel.Register(() => Array.ForEach(workers, worker => worker.Terminate()));
            return await Watch(workers, error);
        }
        finally
        {
            foreach (Worker worker in workers)
                worker.Dispose();
        }
    }

    /// <summary>Cancels when whoever started this worker is gone. Does nothing in any other process.</summary>
    public static void LeaveWithStarter(CancellationTokenSource cancel)
    {
        if (!IsWorker)
            return;
        Stream input = Console.OpenStandardInput();
        new Thread(() =>
        {
            while (input.ReadByte() >= 0)
            {
            }
            cancel.Cancel();
        })
        {
            IsBackground = true,
        }.Start();
    }

    private static async Task<int> Watch(Worker[] workers, TextWriter error)
    {
        List<Task<Worker>> running = [.. workers.Select(worker => worker.Ended())];
        List<Worker> failed = [];
        Task grace = Task.Delay(Timeout.InfiniteTimeSpan);
        while (running.Count > 0)
        {
            Task first = await Task.WhenAny([.. running, grace]);
            if (first == grace)
                break;
            running.Remove((Task<Worker>)first);
            Worker ended = await (Task<Worker>)first;
            if (ended.Code == 0)
                continue;
            if (failed.Count == 0)
                grace = Task.Delay(Grace);
            failed.Add(ended);
        }
        Worker[] silent = [.. workers.Where(worker => !worker.HasEnded)];
        return failed.Count == 0 ? 0 : await Explain(failed, silent, workers.Length, error);
    }

    /// <summary>Of many messages the one that says why: the others only miss the one that failed.</summary>
    private static async Task<int> Explain(List<Worker> failed, Worker[] silent, int count, TextWriter error)
    {
        if (failed.Find(worker => worker.Signal > 0) is { } killed)
        {
            throw new UserException(
                $"process {killed.Rank} of {count} was ended by signal {killed.Signal}", $"--nproc {count}",
                "see whether memory ran out; --resume goes on from the last checkpoint");
        }
        if (failed.Find(worker => !worker.Error.Contains(ProcessGroup.PeerIsLost, StringComparison.Ordinal)) is { } one)
        {
            await error.WriteAsync(one.Error);
            return one.Code;
        }
        string who = silent.Length == 0 ? "a process" : "process " + string.Join(", ", silent.Select(w => w.Rank));
        throw new UserException(
            $"{who} of {count} did not answer in time, and all were ended", $"--nproc {count}",
            "see what held it up, or raise --timeout; --resume goes on from the last checkpoint");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);

    private sealed class Worker : IDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _error;

        private Worker(Process process, int rank) =>
            (_process, Rank, _error) = (process, rank, process.StandardError.ReadToEndAsync());

        public int Rank { get; }

        public bool HasEnded => _process.HasExited;

        public int Code => _process.ExitCode;

        /// <summary>What ended it, or 0: .NET adds 128, as shells do.</summary>
        public int Signal => Code > 128 ? Code - 128 : 0;

        public string Error => _error.IsCompleted ? _error.Result : "";

        public static Worker Start(IReadOnlyList<string> program, ProcessPlace place)
        {
            ProcessStartInfo start = new(program[0], program.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardError = true,
            };
            foreach (var (name, value) in place.Variables)
                start.Environment[name] = value;
            start.Environment[Variable] = "1";
            return new(Process.Start(start)!, place.Rank);
        }

        public async Task<Worker> Ended()
        {
            await _process.WaitForExitAsync();
            await _error;
            return this;
        }

        public void Terminate()
        {
            if (!_process.HasExited)
                _ = kill(_process.Id, TerminateSignal);
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }
    }
}
