using System.Diagnostics;

namespace Kouyin.Torch;

/// <summary>Where time goes: stretches of code have names, and whoever listens is told how long each took.</summary>
/// <remarks>
/// Without a listener a stage costs a look at a field. With one, every stage waits for the device at both ends, so that
/// its time is its own: on CUDA that slows the whole.
/// </remarks>
public static class Stages
{
    [ThreadStatic] private static StageTimes? _listener;

    /// <summary>Begins a stage of the thread's work; it ends when disposed. Stages do not nest.</summary>
    public static Stage Enter(string name) => new(_listener, name);

    /// <summary>Runs work on this thread.</summary>
    /// <param name="device">What to wait for.</param>
    /// <param name="work">Its stages are measured.</param>
    /// <returns>Seconds by stage, in the order of their first beginning.</returns>
    public static IReadOnlyDictionary<string, double> Measure(Device device, Action work)
    {
        StageTimes? outer = _listener;
        StageTimes times = _listener = new(device);
        try
        {
            work();
        }
        finally
        {
            _listener = outer;
        }
        return times.Seconds;
    }
}

/// <summary>A stage under way.</summary>
public readonly ref struct Stage : IDisposable
{
    private readonly StageTimes? _listener;
    private readonly string _name;
    private readonly long _start;

    internal Stage(StageTimes? listener, string name)
    {
        (_listener, _name) = (listener, name);
        _start = listener?.Now() ?? 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener?.Add(_name, _start);
}

/// <summary>Seconds by stage.</summary>
internal sealed class StageTimes
{
    private readonly Device _device;
    private readonly Dictionary<string, double> _seconds = [];

    public StageTimes(Device device) => _device = device;

    public IReadOnlyDictionary<string, double> Seconds => _seconds;

    public long Now()
    {
        _device.Synchronize();
        return Stopwatch.GetTimestamp();
    }

    public void Add(string name, long start)
    {
        _device.Synchronize();
        _seconds[name] = _seconds.GetValueOrDefault(name) + Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
