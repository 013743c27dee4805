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
    private readonly Action<TrainingProgress> _report;
    private readonly Stopwatch _sinceReport = Stopwatch.StartNew();
    private readonly List<StepReport> _recent = [];

    /// <summary>Prepares a run.</summary>
    /// <param name="trainer">The run's state.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="folder">Where log.csv goes; a resumed run's grows on.</param>
    /// <param name="report">Called every few seconds.</param>
    public TrainingRun(Trainer trainer, Recipe recipe, string folder, Action<TrainingProgress> report)
    {
        _trainer = trainer;
        _recipe = recipe;
        _report = report;
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
        while (!_trainer.IsFinished && !cancel.IsCancellationRequested)
        {
            _recent.Add(_trainer.Next());
            if (_sinceReport.Elapsed > BetweenReports || _trainer.IsFinished)
                Report();
            if (_trainer.Step % _recipe.EvaluateEvery == 0 && _trainer.Evaluate() is { } held)
                Log(_trainer.Step, "test", [.. held]);
            if (_trainer.Step % _recipe.SaveEvery == 0)
                _trainer.Save();
        }
        _trainer.Save();
    }

    private void Report()
    {
        double rate = _recent.Count / _sinceReport.Elapsed.TotalSeconds;
        _sinceReport.Restart();
        double[] losses = Means(report => report.Losses);
        TrainingProgress progress = new(
            _trainer.Step, _recipe.Steps, _trainer.Epochs, losses, rate,
            TimeSpan.FromSeconds((_recipe.Steps - _trainer.Step) / rate));
        Log(progress.Step, "train", [.. losses, .. Means(report => report.Norms), rate]);
        _recent.Clear();
        _report(progress);
    }

    private double[] Means(Func<StepReport, IReadOnlyList<double>> part) =>
        [.. Enumerable.Range(0, part(_recent[0]).Count).Select(k => _recent.Average(report => part(report)[k]))];

    private void Log(long step, string split, double[] values) => File.AppendAllText(
        _log, string.Create(CultureInfo.InvariantCulture, $"{step},{split}")
            + string.Concat(values.Select(v => "," + v.ToString("0.#####", CultureInfo.InvariantCulture))) + "\n");
}
