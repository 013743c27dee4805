using System.Collections.Concurrent;
using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>What a step learns from, built before it is asked for.</summary>
/// <param name="Position">Where in the data it is.</param>
/// <param name="Batches">The step's portions; their tensors are in no scope.</param>
internal sealed record BuiltStep(DataPosition Position, IReadOnlyList<LearningBatch> Batches) : IDisposable
{
    public void Dispose()
    {
        foreach (Tensor tensor in Batches.SelectMany(batch => batch.Tensors))
            tensor.Dispose();
    }
}

/// <summary>A place in the order of the data.</summary>
/// <param name="Step">Which step it is for, from 1.</param>
/// <param name="Epoch">From 0.</param>
/// <param name="Index">Which of the epoch's steps, from 0.</param>
/// <param name="OfEpoch">Steps of the epoch.</param>
/// <param name="FirstPortion">Which of the step's portions is this process's first.</param>
/// <param name="Portions">Utterances of each of this process's portions.</param>
internal sealed record DataPosition(
    long Step, int Epoch, int Index, int OfEpoch, int FirstPortion, int[][] Portions);

/// <summary>
/// Builds batches on a thread of its own, a few ahead of the step that uses them, in the order of the data.
/// </summary>
/// <remarks>
/// The thread does one batch at a time and waits as soon as a few are ready, so it takes no more of the processor than
/// the steps would have taken for the same work. What is built depends on its position alone.
/// </remarks>
internal sealed class BatchesAhead : IDisposable
{
    private const int Ready = 2;

    private readonly BlockingCollection<BuiltStep> _ready = new(Ready);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _builder;

    /// <summary>Begins to build.</summary>
    /// <param name="positions">In order; enumerated on the other thread.</param>
    /// <param name="build">Makes one of a position's portions, on the other thread.</param>
    public BatchesAhead(IEnumerable<DataPosition> positions, Func<DataPosition, int, LearningBatch> build) =>
        _builder = Task.Factory.StartNew(
            () => Build(positions, build), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    /// <summary>The next step's batches, which the caller disposes of; waits until they are built.</summary>
    public BuiltStep Next()
    {
        if (_ready.TryTake(out BuiltStep? built, Timeout.Infinite))
            return built;
        _builder.GetAwaiter().GetResult(); // throws what stopped it
        throw new InvalidOperationException("the data has come to its end");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAny(_builder); // whatever stopped it, Next has thrown
        while (_ready.TryTake(out BuiltStep? unused))
            unused.Dispose();
        _ready.Dispose();
        _stop.Dispose();
    }

    private void Build(IEnumerable<DataPosition> positions, Func<DataPosition, int, LearningBatch> build)
    {
        try
        {
            foreach (DataPosition position in positions)
            {
                BuiltStep built = Build(position, build);
                try
                {
                    _ready.Add(built, _stop.Token);
                }
                catch (OperationCanceledException)
                {
                    built.Dispose();
                    return;
                }
            }
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }

    private static BuiltStep Build(DataPosition position, Func<DataPosition, int, LearningBatch> build)
    {
        using TensorScope scope = new();
        BuiltStep built = new(
            position, [.. Enumerable.Range(0, position.Portions.Length).Select(portion => build(position, portion))]);
        foreach (Tensor tensor in built.Batches.SelectMany(batch => batch.Tensors))
            scope.Keep(tensor);
        return built;
    }
}
