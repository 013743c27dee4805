namespace Kouyin.Speech.Training;

/// <summary>Something that happened in a run: what whoever watches it is told, in the order of happening.</summary>
/// <param name="Step">Steps done.</param>
public abstract record TrainingEvent(long Step);

/// <summary>A step was done, or skipped: see <see cref="StepReport.Skipped"/>.</summary>
/// <param name="Report">What it did.</param>
public sealed record StepDone(StepReport Report) : TrainingEvent(Report.Step);

/// <summary>The held-out utterances were measured.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Losses">In the order of the trainer's names.</param>
public sealed record Evaluated(long Step, IReadOnlyList<double> Losses) : TrainingEvent(Step);

/// <summary>The checkpoint and the product were written.</summary>
/// <param name="Step">Steps done.</param>
public sealed record Saved(long Step) : TrainingEvent(Step);
