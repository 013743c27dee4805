using Kouyin.Torch;
using Kouyin.Torch.Distributed;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>Parameters that one optimizer trains.</summary>
/// <param name="Name">Before its tensors' names in the checkpoint; empty for what the run is about.</param>
/// <param name="Store">Parameters, and the stream that draws dropout.</param>
/// <param name="Optimizer">Its moments.</param>
/// <param name="Average">The running average of the weights, if the recipe keeps one.</param>
/// <param name="ByModule">Whether gradients are measured and limited module by module, or all together.</param>
internal sealed record LearningPart(
    string Name, ParameterStore Store, Adam Optimizer, WeightAverage? Average, bool ByModule = false) : IDisposable
{
    /// <summary>What is clipped together: by the first name of the parameters' paths, or everything.</summary>
    public IReadOnlyList<Module> Modules { get; } =
    [
        .. Store.Parameters.GroupBy(p => ByModule ? p.Key.Split('.')[0] : "", p => p.Value)
            .Select(group => new Module(Joined(Name, group.Key), [.. group])),
    ];

    /// <summary>The parameters that learn.</summary>
    public IReadOnlyList<Tensor> Learning { get; } = [.. Store.Parameters.Values.Where(p => p.RequiresGrad)];

    /// <summary>What forward passes change and no gradient reaches.</summary>
    public IReadOnlyList<Tensor> Statistics { get; } =
        [.. Store.Parameters.Where(p => !p.Value.RequiresGrad && IsStatistic(p.Key)).Select(p => p.Value)];

    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
        Store.Dispose();
    }

    // Of batch norms and spectral norms, by the names that PyTorch gives them; others that do not learn are frozen.
    private static bool IsStatistic(string path) =>
        path.EndsWith(".running_mean", StringComparison.Ordinal)
        || path.EndsWith(".running_var", StringComparison.Ordinal)
        || path.EndsWith(".weight_u", StringComparison.Ordinal);

    private static string Joined(string part, string module) =>
        part.Length == 0 || module.Length == 0 ? part + module : $"{part}.{module}";
}

/// <summary>Parameters whose gradients are measured and limited together.</summary>
/// <param name="Name">For logs; empty where a part is one module and has no name.</param>
/// <param name="Parameters">All of them.</param>
internal sealed record Module(string Name, IReadOnlyList<Tensor> Parameters)
{
    /// <summary>What the norm of its gradients is called.</summary>
    public string NormName => Name.Length == 0 ? "norm" : $"{Name}_norm";
}

/// <summary>What a learner needs to begin: fresh weights, those of a checkpoint, or another model's.</summary>
/// <param name="Seed">Of fresh weights.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Resumed">A checkpoint, or null.</param>
/// <param name="Weights">A voice or vocoder to start from where nothing is resumed, or null.</param>
/// <param name="Group">The processes that share the run's steps, or null.</param>
internal sealed record LearningStart(
    int Seed, Device Device, SafeTensors? Resumed, SafeTensors? Weights, ProcessGroup? Group)
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

    /// <summary>The file in the run's folder that the run is for.</summary>
    string ProductName { get; }

    /// <summary>The steps of an epoch, which depend on the seed and the epoch alone.</summary>
    /// <param name="epoch">From 0.</param>
    /// <returns>For each step its portions: indices into the corpus's utterances.</returns>
    IReadOnlyList<int[][]> Epoch(int epoch);

    /// <summary>Gets a portion ready. Any thread may, with a scope of its own.</summary>
    /// <param name="utterances">Indices into the corpus's utterances.</param>
    /// <param name="step">Which, from 1.</param>
    /// <param name="portion">Which of the step's portions.</param>
    LearningBatch Build(int[] utterances, long step, int portion);

    /// <summary>Does one step.</summary>
    /// <param name="batches">This process's portions.</param>
    /// <param name="step">Which, from 1.</param>
    /// <param name="learn">Whether weights change; else only losses and gradients come of it.</param>
    StepOutcome Step(IReadOnlyList<LearningBatch> batches, long step, bool learn = true);

    /// <summary>The losses on held-out utterances, with the same draws every time; null where there are none. Processes
    /// that share a run share this too, and all get the same.</summary>
    double[]? Evaluate();

    /// <summary>Writes the product, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="step">Steps done.</param>
    void SaveProduct(string path, long step);
}
