using Kouyin.Speech.Evaluation.Clips;

namespace Kouyin.Speech.Evaluation.Compare;

/// <summary>What is compared: the evaluations of runs that differ in their seeds alone.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Log">What the lab's log says of it; empty where it says nothing.</param>
/// <param name="Runs">The evaluations, in the order of the seeds.</param>
public sealed record Contender(string Name, string Log, IReadOnlyList<VoiceEvaluation> Runs)
{
    /// <summary>Whether its speakers speak in accents that are not their own.</summary>
    public bool HasCross => Runs.Any(run => run.Spoken.Any(clip => clip.IsCross));
}
