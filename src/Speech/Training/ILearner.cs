using Kouyin.Torch;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>Parameters that one optimizer trains.</summary>
/// <param name="Name">Before its tensors' names in the checkpoint; empty for what the run is about.</param>
/// <param name="Store">Parameters, and the stream that draws dropout.</param>
/// <param name="Optimizer">Its moments.</param>
/// <param name="Average">The running average of the weights, if the recipe keeps one.</param>
internal sealed record LearningPart(string Name, ParameterStore Store, Adam Optimizer, WeightAverage? Average)
    : IDisposable
{
    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
        Store.Dispose();
    }
}

/// <summary>What a learner needs to begin: fresh weights, those of a checkpoint, or another model's.</summary>
/// <param name="Seed">Of fresh weights.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Resumed">A checkpoint, or null.</param>
/// <param name="Weights">A voice or vocoder to start from where nothing is resumed, or null.</param>
internal sealed record LearningStart(int Seed, Device Device, SafeTensors? Resumed, SafeTensors? Weights)
{
    /// <summary>A store of a part's parameters.</summary>
    /// <param name="part">The part's name.</param>
    /// <param name="adapt">Turns another model's weights into the part's; null takes them as they are.</param>
    public ParameterStore Store(
        string part, Func<Dictionary<string, Tensor>, Dictionary<string, Tensor>>? adapt = null)
    {
        if (Resumed is not null)
            return ParameterStore.From(Resumed.ReadAll(RunState.Prefix(part) + "model."), Device, (ulong)Seed);
        if (Weights is null || part.Length > 0)
            return ParameterStore.Fresh((ulong)Seed, Device);
        Dictionary<string, Tensor> given = Weights.ReadAll();
        return ParameterStore.StartingFrom((ulong)Seed, adapt?.Invoke(given) ?? given, Device);
    }
}

/// <summary>
/// What a run teaches, as the trainer around it sees it: its parts, a step, a measurement, a product.
/// </summary>
internal interface ILearner : IDisposable
{
    /// <summary>What is trained; the first is what the run is about.</summary>
    IReadOnlyList<LearningPart> Parts { get; }

    /// <summary>Names of the losses that a step and a measurement give.</summary>
    IReadOnlyList<string> LossNames { get; }

    /// <summary>Names of the gradients' norms that a step gives.</summary>
    IReadOnlyList<string> NormNames { get; }

    /// <summary>The file in the run's folder that the run is for.</summary>
    string ProductName { get; }

    /// <summary>The batches of an epoch, which depend on the seed and the epoch alone.</summary>
    /// <param name="epoch">From 0.</param>
    /// <returns>Indices into the corpus's utterances.</returns>
    IReadOnlyList<int[]> Epoch(int epoch);

    /// <summary>Does one step.</summary>
    /// <param name="utterances">The batch.</param>
    /// <param name="random">The run's stream of numbers.</param>
    /// <param name="step">Which, from 1.</param>
    StepReport Step(int[] utterances, Generator random, long step);

    /// <summary>The losses on held-out utterances, with the same draws every time; null where there are none.</summary>
    double[]? Evaluate();

    /// <summary>Writes the product, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="step">Steps done.</param>
    void SaveProduct(string path, long step);
}

/// <summary>What a step did.</summary>
/// <param name="Step">Which, from 1.</param>
/// <param name="Losses">In the order of the learner's names.</param>
/// <param name="Norms">Norms of gradients before clipping, likewise.</param>
/// <param name="Frames">Real frames of the batch.</param>
public sealed record StepReport(
    long Step, IReadOnlyList<double> Losses, IReadOnlyList<double> Norms, long Frames);
