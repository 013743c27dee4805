using System.Diagnostics;
using Kouyin.Speech.Data;
using Kouyin.Speech.Training;
using Kouyin.Torch;

namespace Kouyin.Speech.Benchmark;

/// <summary>What the steps of a run cost, data loading included.</summary>
/// <param name="Wall">Seconds of a step by the clock, on average.</param>
/// <param name="Processor">Seconds of all threads together, on average.</param>
/// <param name="Stages">Seconds of a step by what it does, on average; <c>rest</c> is what no stage covers.</param>
/// <param name="Frames">Frames of speech in a step, on average.</param>
/// <param name="MemoryEarly">Bytes of its own that the process held at <see cref="RunBenchmark.EarlyStep"/>, or at the
/// end of a shorter run.</param>
/// <param name="MemoryLate">Bytes that it held at the end.</param>
public sealed record RunCost(
    double Wall, double Processor, IReadOnlyDictionary<string, double> Stages, double Frames, long MemoryEarly,
    long MemoryLate);

/// <summary>Times a recipe's own steps on prepared data, with all that a run does but measuring and saving.</summary>
public static class RunBenchmark
{
    /// <summary>Where everything that a run keeps has been made.</summary>
    public const int EarlyStep = 500;

    /// <summary>Does the steps.</summary>
    /// <param name="recipe">What to train; nothing is written.</param>
    /// <param name="corpus">On what.</param>
    /// <param name="warmup">Steps before the timed ones.</param>
    /// <param name="steps">Timed steps.</param>
    /// <param name="device">Where.</param>
    /// <param name="cancel">Ends the work.</param>
    public static RunCost Measure(
        Recipe recipe, PreparedCorpus corpus, int warmup, int steps, Device device, CancellationToken cancel)
    {
        string nowhere = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Trainer trainer = Trainer.Open(recipe, corpus, nowhere, resume: false, device: device);
        long frames = 0, early = 0;
        void Steps(int count)
        {
            for (int k = 0; k < count; k++)
            {
                cancel.ThrowIfCancellationRequested();
                frames += trainer.Next().Frames;
                if (trainer.Step <= EarlyStep)
                    early = ProcessMemory.Own;
            }
        }
        Steps(warmup);
        device.Synchronize();
        frames = 0;
        long start = Stopwatch.GetTimestamp();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        var stages = Stages.Measure(device, () => Steps(steps)).ToDictionary(s => s.Key, s => s.Value / steps);
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
        stages["rest"] = wall - stages.Values.Sum();
        return new(
            wall, (Environment.CpuUsage.TotalTime - used).TotalSeconds / steps, stages, (double)frames / steps, early,
            ProcessMemory.Own);
    }
}
