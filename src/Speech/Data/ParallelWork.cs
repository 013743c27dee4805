using System.Runtime.ExceptionServices;

namespace Kouyin.Speech.Data;

/// <summary>A loop on several threads whose faults surface as themselves, not as one of a bundle.</summary>
internal static class ParallelWork
{
    /// <summary>Calls <paramref name="work"/> with 0 to <paramref name="count"/> - 1, in any order.</summary>
    public static void For(int count, int workers, Action<int> work, CancellationToken cancel)
    {
        try
        {
            Parallel.For(0, count, new() { MaxDegreeOfParallelism = workers, CancellationToken = cancel }, work);
        }
        catch (AggregateException e) when (e.InnerExceptions.Any(fault => fault is UserException))
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions.First(fault => fault is UserException));
        }
    }
}

/// <summary>Counts work done on several threads and passes it on.</summary>
internal sealed class Tally(int total, IProgress<WorkDone>? progress)
{
    private readonly Lock _gate = new();
    private int _done;

    /// <summary>Length of the sound so far.</summary>
    public double SoundSeconds { get; private set; }

    /// <summary>So many items were done before.</summary>
    public void Skip(int items) => _done = items;

    /// <summary>One more item, of so many seconds.</summary>
    public void Add(double seconds)
    {
        lock (_gate)
        {
            SoundSeconds += seconds;
            progress?.Report(new(++_done, total, SoundSeconds));
        }
    }
}
