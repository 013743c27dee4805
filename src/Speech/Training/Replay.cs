using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>What a step does again that was skipped: nothing is learnt.</summary>
/// <param name="Step">Which.</param>
/// <param name="Reason">Why it was skipped.</param>
/// <param name="Losses">Of the dumped portions, in the order of the trainer's names; empty where the data itself is
/// wrong.</param>
/// <param name="Norms">Norms of the gradients, likewise.</param>
/// <param name="Again">Why it would be skipped now; null if it would not.</param>
/// <param name="Gradients">Parameters whose gradient is no finite number.</param>
/// <param name="Alone">For each utterance by itself: why nothing could be learnt from it, or null.</param>
public sealed record ReplayReport(
    long Step, string Reason, IReadOnlyList<double> Losses, IReadOnlyList<double> Norms, string? Again,
    IReadOnlyList<string> Gradients, IReadOnlyList<(string Utterance, string? Problem)> Alone);

/// <summary>Does a skipped step again, to look at it.</summary>
internal static class Replay
{
    /// <summary>With the weights that the learner has.</summary>
    /// <param name="learner">Its weights are the dump's.</param>
    /// <param name="file">The dump.</param>
    public static ReplayReport Of(ILearner learner, SafeTensors file)
    {
        using TensorScope scope = new();
        SkippedDump dump = SkippedDump.From(file);
        List<LearningBatch> batches = [];
        foreach (DumpedPortion portion in dump.Portions)
        {
            batches.Add(learner.Build([.. portion.Utterances], dump.Step, portion.Portion));
            SkippedDump.Restore(file, batches[^1]);
        }
        StepOutcome outcome = learner.Step(batches, dump.Step, learn: false);
        string[] gradients = [.. learner.Parts.SelectMany(NotFinite)];
        var alone = dump.Portions.SelectMany(
            portion => portion.Utterances.Zip(portion.Ids, (utterance, id) => (portion.Portion, utterance, id)));
        return new(
            dump.Step, dump.Reason, outcome.Losses, outcome.Norms, outcome.Skipped?.Reason, gradients,
            [.. alone.Select(one => (one.id, Alone(learner, one.utterance, dump.Step, one.Portion)))]);
    }

    private static IEnumerable<string> NotFinite(LearningPart part) =>
        part.Store.Parameters.Where(p => !HasFiniteGradient(p.Value)).Select(p => RunState.Prefix(part.Name) + p.Key);

    private static bool HasFiniteGradient(Tensor parameter)
    {
        using TensorScope scope = new();
        return parameter.Grad is not { } gradient || gradient.ToArray().All(float.IsFinite);
    }

    private static string? Alone(ILearner learner, int utterance, long step, int portion)
    {
        using TensorScope scope = new();
        return learner.Step([learner.Build([utterance], step, portion)], step, learn: false).Skipped?.Reason;
    }
}
