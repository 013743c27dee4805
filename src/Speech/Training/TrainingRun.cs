using System.Diagnostics;
using System.Globalization;

namespace Kouyin.Speech.Training;

/// <summary>What a run tells while it goes.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Epochs">Passes over the data.</param>
/// <param name="Duration">Mean loss of the durations since the last report.</param>
/// <param name="Prior">The same of the encoder's means.</param>
/// <param name="Decoder">The same of the decoder.</param>
/// <param name="StepsPerSecond">Rate since the last report.</param>
/// <param name="Left">Time left at that rate.</param>
public sealed record TrainingProgress(
    long Step, long Steps, double Epochs, double Duration, double Prior, double Decoder, double StepsPerSecond,
    TimeSpan Left);

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
            File.WriteAllText(_log, "step,split,duration,prior,decoder,encoder_norm,other_norm,steps_per_second\n");
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
                Log(_trainer.Step, "test", held.Duration, held.Prior, held.Decoder);
            if (_trainer.Step % _recipe.SaveEvery == 0)
                _trainer.Save();
        }
        _trainer.Save();
    }

    private void Report()
    {
        double rate = _recent.Count / _sinceReport.Elapsed.TotalSeconds;
        _sinceReport.Restart();
        TrainingProgress progress = new(
            _trainer.Step, _recipe.Steps, _trainer.Epochs, _recent.Average(r => r.Duration),
            _recent.Average(r => r.Prior), _recent.Average(r => r.Decoder), rate,
            TimeSpan.FromSeconds((_recipe.Steps - _trainer.Step) / rate));
        Log(progress.Step, "train", progress.Duration, progress.Prior, progress.Decoder,
            _recent.Average(r => r.EncoderNorm), _recent.Average(r => r.OtherNorm), rate);
        _recent.Clear();
        _report(progress);
    }

    private void Log(long step, string split, params double[] values) => File.AppendAllText(
        _log, string.Create(CultureInfo.InvariantCulture, $"{step},{split}")
            + string.Concat(values.Select(v => "," + v.ToString("0.#####", CultureInfo.InvariantCulture))) + "\n");
}
