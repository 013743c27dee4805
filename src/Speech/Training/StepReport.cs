namespace Kouyin.Speech.Training;

/// <summary>What a step did.</summary>
/// <param name="Step">Which, from 1.</param>
/// <param name="Losses">In the order of the trainer's names; not all are numbers, or there are none, where the step was
/// skipped.</param>
/// <param name="Norms">Norms of gradients before clipping, likewise.</param>
/// <param name="Frames">Real frames of this process's share of the batch.</param>
/// <param name="Skipped">Why the step changed nothing, or null.</param>
public sealed record StepReport(
    long Step, IReadOnlyList<double> Losses, IReadOnlyList<double> Norms, long Frames, SkippedStep? Skipped = null);

/// <summary>A step that was not taken: weights and moments are as before it.</summary>
/// <param name="Reason">In words.</param>
/// <param name="Utterances">The utterances that it is about, as far as can be told.</param>
/// <param name="Dumps">Files for <c>kouyin train --replay</c>; a run writes only a few.</param>
public sealed record SkippedStep(string Reason, IReadOnlyList<string> Utterances, IReadOnlyList<string> Dumps);
