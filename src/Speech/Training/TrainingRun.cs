using System.Diagnostics;
using System.Globalization;

namespace Kouyin.Speech.Training;

/// <summary>What a run tells while it goes.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Epochs">Passes over the data.</param>
/// <param name="Losses">Means since the last report, in the order of the trainer's names.</param>
/// <param name="StepsPerSecond">Rate since the last report.</param>
/// <param name="Left">Time left at that rate.</param>
public sealed record TrainingProgress(
    long Step, long Steps, double Epochs, IReadOnlyList<double> Losses, double StepsPerSecond, TimeSpan Left);

/// <summary>The loop around a trainer: reports, measures, saves, and leaves when asked to.</summary>
public sealed class TrainingRun
{
    internal const string LogName = "log.csv";
    private static readonly TimeSpan BetweenReports = TimeSpan.FromSeconds(5);

    private readonly Trainer _trainer;
    private readonly Recipe _recipe;
    private readonly string _log;
    private readonly Action<TrainingEvent> _tell;
    private readonly Stopwatch _sinceReport = Stopwatch.StartNew();
    private readonly List<StepReport> _recent = [];

    /// <summary>Prepares a run.</summary>
    /// <param name="trainer">The run's state.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="folder">Where log.csv goes; a resumed run's grows on.</param>
    /// <param name="tell">Told of everything that happens, on the run's thread.</param>
    public TrainingRun(Trainer trainer, Recipe recipe, string folder, Action<TrainingEvent> tell)
    {
        _trainer = trainer;
        _recipe = recipe;
        _tell = tell;
        _log = Path.Combine(folder, LogName);
        Directory.CreateDirectory(folder);
        if (!File.Exists(_log))
        {
            string[] columns = ["step", "split", .. trainer.LossNames, .. trainer.NormNames, "steps_per_second"];
            File.WriteAllText(_log, string.Join(',', columns) + "\n");
        }
    }

    /// <summary>
    /// Runs to the last step, or until <paramref name="cancel"/> asks; either way the state is saved.
    /// </summary>
    public void Run(CancellationToken cancel)
    {
        while (!_trainer.IsFinished && !_trainer.Any(cancel.IsCancellationRequested))
        {
            Do(_trainer.Next());
            if (_sinceReport.Elapsed > BetweenReports || _trainer.IsFinished)
                Report();
            if (_trainer.Step % _recipe.EvaluateEvery == 0)
                Evaluate();
            if (_trainer.Step % _recipe.SaveEvery == 0)
                Save();
        }
        Save();
    }

    private void Do(StepReport report)
    {
        _recent.Add(report);
        _tell(new StepDone(report));
    }

    private void Evaluate()
    {
        if (_trainer.Evaluate() is not { } held)
            return;
        Log(_trainer.Step, "test", [.. held]);
        _tell(new Evaluated(_trainer.Step, held));
    }

    private void Save()
    {
        _trainer.Save();
        _tell(new Saved(_trainer.Step));
    }

    private void Report()
    {
        double rate = _recent.Count / _sinceReport.Elapsed.TotalSeconds;
        _sinceReport.Restart();
        double[] losses = Means(_trainer.LossNames.Count, report => report.Losses);
        TrainingProgress progress = new(
            _trainer.Step, _recipe.Steps, _trainer.Epochs, losses, rate,
            TimeSpan.FromSeconds((_recipe.Steps - _trainer.Step) / rate));
        double[] norms = Means(_trainer.NormNames.Count, report => report.Norms);
        Log(progress.Step, "train", [.. losses, .. norms, rate]);
        _recent.Clear();
        _tell(new Progressed(progress));
    }

    /// <summary>Over the steps that were not skipped; no number where all were.</summary>
    private double[] Means(int count, Func<StepReport, IReadOnlyList<double>> part)
    {
        StepReport[] taken = [.. _recent.Where(report => report.Skipped is null)];
        return [.. Enumerable.Range(0, count)
            .Select(k => taken.Length == 0 ? double.NaN : taken.Average(report => part(report)[k]))];
    }

    private void Log(long step, string split, double[] values) => File.AppendAllText(
        _log, string.Create(CultureInfo.InvariantCulture, $"{step},{split}")
            + string.Concat(values.Select(v => "," + v.ToString("0.#####", CultureInfo.InvariantCulture))) + "\n");
}
