using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Kouyin.Torch.Distributed;

namespace Kouyin.Speech.Tests.Training;

/// <summary>
/// Processes of a run, each a thread of this one: scopes, gradients and groups know nothing of each other.
/// </summary>
internal static class Ranks
{
    /// <summary>Runs all to their ends.</summary>
    /// <param name="size">How many.</param>
    /// <param name="run">One of them.</param>
    /// <param name="timeoutSeconds">How long each waits for others.</param>
    public static void Run(int size, Action<ProcessGroup> run, double timeoutSeconds = 60)
    {
        int port = FreePort();
        Exception?[] failures = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                ProcessPlace place = new(rank, size, rank, "127.0.0.1", port);
                using ProcessGroup group = ProcessGroup.Join(place, TimeSpan.FromSeconds(timeoutSeconds));
                run(group);
            }
            catch (Exception e)
            {
                failures[rank] = e;
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        if (failures.FirstOrDefault(failure => failure is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
