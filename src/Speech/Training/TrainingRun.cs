namespace Kouyin.Speech.Training;

/// <summary>The loop around a trainer: measures, saves, tells of both, and leaves when asked to.</summary>
/// <param name="trainer">The run's state.</param>
/// <param name="recipe">Its recipe.</param>
/// <param name="tell">Told of everything that happens, on the run's thread.</param>
public sealed class TrainingRun(Trainer trainer, Recipe recipe, Action<TrainingEvent> tell)
{
    /// <summary>
    /// Runs to the last step, or until <paramref name="cancel"/> asks; either way the state is saved.
    /// </summary>
    public void Run(CancellationToken cancel)
    {
        long saved = -1;
        while (!trainer.IsFinished && !trainer.Any(cancel.IsCancellationRequested))
        {
            tell(new StepDone(trainer.Next()));
            if (trainer.Step % recipe.EvaluateEvery == 0 && trainer.Evaluate() is { } held)
                tell(new Evaluated(trainer.Step, held));
            if (trainer.Step % recipe.SaveEvery == 0 || trainer.Step % recipe.ShowEvery == 0)
                Save();
        }
        if (saved != trainer.Step)
            Save();

        void Save()
        {
            trainer.Save();
            saved = trainer.Step;
            tell(new Saved(saved));
        }
    }
}
