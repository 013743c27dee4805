using System.Diagnostics;
using Kouyin.Speech.Model;
using Kouyin.Torch;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Benchmark;

/// <summary>Times of equal repetitions, in seconds.</summary>
/// <param name="Wall">By the clock, one for each repetition.</param>
/// <param name="Processor">Of all threads together.</param>
public sealed record Timing(double[] Wall, double[] Processor)
{
    /// <summary>The middle one; of an even number the mean of the two.</summary>
    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>Times Grad-TTS, text encoder to mel, on synthetic utterances: score2d at the reference's sizes.</summary>
public sealed class SpeedBenchmark : IDisposable
{
    private const double GradientLimit = 1;

    private readonly BenchmarkConfig _config;
    private readonly ParameterStore _store;
    private readonly AcousticModel _model;
    private readonly Generator _random;
    private readonly SyntheticSpeech _speech;

    /// <summary>Makes a model with fresh weights.</summary>
    public SpeedBenchmark(BenchmarkConfig config)
    {
        _config = config;
        _store = ParameterStore.Fresh((ulong)config.Seed, config.Device);
        _store.UseBFloat16 = config.BFloat16;
        _model = new(_store.Root, config.Model, config.Shape);
        _random = new((ulong)config.Seed, config.Device);
        _speech = new(config, new Random(config.Seed));
    }

    /// <summary>Times training steps: losses, backward, both gradient clips, Adam.</summary>
    /// <returns>The times, the last step's three losses, and the frames that a step trains the decoder on.</returns>
    public (Timing Timing, float[] Losses, double SegmentFrames) Train()
    {
        const int Batches = 4;
        using TensorScope scope = new();
        _store.Training = true;
        Batch[] batches = [.. Enumerable.Range(0, Math.Min(Batches, _config.Warmup + _config.Repetitions))
            .Select(_ => _speech.Make(_config.Vary).Batch)];
        using Adam optimizer = new(_store.Parameters, new());
        float[] losses = [];
        Timing timing = Time(k => losses = Step(batches[k % batches.Length], optimizer));
        Check(losses);
        double frames = batches.Average(b => b.FrameCounts.Sum(n => Math.Min(n, _config.Segment)));
        return (timing, losses, frames);
    }

    /// <summary>Times synthesis up to the mel; given durations make it exactly as long as asked for.</summary>
    public Timing Speak()
    {
        using TensorScope scope = new();
        var (batch, durations) = _speech.Make(vary: 0);
        SpeakOptions options = new() { Sample = new() { Steps = _config.SamplerSteps }, Durations = durations };
        float[] mel = [];
        Timing timing = Time(_ =>
        {
            using TensorScope inner = new();
            using NoGrad noGrad = new();
            Conditions conditions = _model.Condition(batch.Speakers, batch.Accents);
            mel = _model.Speak(batch.Symbols, batch.SymbolCounts, conditions, options, _random).Mel.ToArray();
        });
        Check(mel);
        return timing;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _random.Dispose();
        _store.Dispose();
    }

    private float[] Step(Batch batch, Adam optimizer)
    {
        using TensorScope scope = new();
        Losses losses = _model.Losses(batch, _random);
        _store.ClearGradients();
        losses.Total.Backward();
        var parts = _store.Parameters.ToLookup(
            p => p.Key.StartsWith("encoder.", StringComparison.Ordinal), p => p.Value);
        GradientClip.ToNorm(parts[true], GradientLimit);
        GradientClip.ToNorm(parts[false], GradientLimit);
        optimizer.Step();
        return [losses.Duration.Item(), losses.Prior.Item(), losses.Decoder.Item()];
    }

    private Timing Time(Action<int> run)
    {
        List<double> wall = [], processor = [];
        for (int k = 0; k < _config.Warmup + _config.Repetitions; k++)
        {
            _config.Device.Synchronize();
            long start = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            run(k);
            _config.Device.Synchronize();
            if (k < _config.Warmup)
                continue;
            wall.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }
        return new([.. wall], [.. processor]);
    }

    private static void Check(float[] values)
    {
        if (!values.All(float.IsFinite))
            throw new InvalidOperationException("the result is not finite");
    }
}
