using System.Diagnostics;
using System.Globalization;
using System.Text;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Pictures;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Training;
using Kouyin.Torch;

namespace Kouyin.Speech.Telling;

/// <summary>
/// Writes down what happens in a run, in its folder: log.jsonl, TensorBoard's events, samples and report.html. Nothing
/// of it reaches the run itself.
/// </summary>
public sealed class RunTeller : IDisposable
{
    /// <summary>The page's name in the run's folder.</summary>
    public const string PageName = RunPage.Name;

    private readonly Trainer _trainer;
    private readonly Recipe _recipe;
    private readonly string _folder;
    private readonly Device _device;
    private readonly TimeProvider _clock;
    private readonly RunLog _log;
    private readonly EventFile _events;
    private readonly SampleFolder _samples;
    private readonly HeldOutSamples _heldOut;
    private readonly List<StepReport> _recent = [];
    private long _since;

    /// <summary>Begins to tell, or goes on where a resumed run is.</summary>
    /// <param name="trainer">The run.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="corpus">Its data.</param>
    /// <param name="about">Where it lies, and how it was started.</param>
    /// <param name="vocoder">What a voice's samples are heard through; not disposed.</param>
    /// <param name="device">Where samples are computed.</param>
    /// <param name="clock">When things happen.</param>
    public RunTeller(
        Trainer trainer, Recipe recipe, PreparedCorpus corpus, RunDescription about, IVocoder vocoder, Device device,
        TimeProvider clock)
    {
        (_trainer, _recipe, _folder, _device, _clock) = (trainer, recipe, about.Folder, device, clock);
        Directory.CreateDirectory(_folder);
        _samples = new(_folder);
        _samples.CutAfter(trainer.Step);
        _heldOut = new(recipe, corpus, vocoder);
        _log = RunLog.Open(_folder, trainer.Step);
        _events = EventFile.Start(_folder, trainer.Step, clock);
        string json = recipe.ToJson();
        byte[] whole = Encoding.UTF8.GetBytes(json);
        AtomicFile.Write(Path.Combine(_folder, RunPage.RecipeName), stream => stream.Write(whole));
        IReadOnlyDictionary<string, string> facts = about.Facts(trainer, recipe, corpus);
        Add(Row(LogKind.Start, trainer.Step) with { Facts = facts });
        if (trainer.Step == 0)
        {
            _events.Text(0, "recipe", $"```json\n{json}\n```");
            _events.Text(0, "data", "| | |\n|-|-|\n"
                + string.Concat(facts.Select(fact => $"| {fact.Key} | {fact.Value} |\n")));
        }
        _since = clock.GetTimestamp();
    }

    /// <summary>Takes note of something that happened.</summary>
    /// <exception cref="UserException">It cannot be written, for want of room for example.</exception>
    public void Tell(TrainingEvent happened)
    {
        try
        {
            Note(happened);
            _events.Flush();
        }
        catch (IOException e)
        {
            throw new UserException(
                $"cannot write what the run tells: {e.Message}", _folder,
                "make room; --resume goes on from the last checkpoint");
        }
    }

    /// <summary>Closes the files, after a last page: whatever ended the run stands on it.</summary>
    public void Dispose()
    {
        _log.Dispose();
        _events.Dispose();
        try
        {
            RunPage.Write(_folder, _log.Rows);
        }
        catch (UserException)
        {
            // Nobody is left to put it right, and what ended the run may be why.
        }
    }

    private void Note(TrainingEvent happened)
    {
        switch (happened)
        {
            case StepDone { Report: var report }:
                Done(report);
                break;
            case Evaluated evaluated:
                Losses(LogKind.HeldOut, evaluated.Step, "held_out", evaluated.Losses);
                break;
            case Saved saved:
                SavedAt(saved.Step);
                break;
        }
    }

    private void Done(StepReport report)
    {
        _recent.Add(report);
        if (report.Skipped is { } skipped)
        {
            Add(Row(LogKind.Skip, report.Step) with
            {
                Note = skipped.Reason,
                Utterances = skipped.Utterances,
                Dumps = skipped.Dumps,
            });
            _events.Text(
                report.Step, "skipped", $"{skipped.Reason}: {string.Join(", ", skipped.Utterances)}");
        }
        if (report.Step % _recipe.LogEvery == 0 || _trainer.IsFinished)
            Means(report.Step);
    }

    /// <summary>The means over the steps since the row before.</summary>
    private void Means(long step)
    {
        double seconds = _clock.GetElapsedTime(_since).TotalSeconds;
        _since = _clock.GetTimestamp();
        StepReport[] taken = [.. _recent.Where(report => report.Skipped is null)];
        LogRow row = Row(LogKind.Train, step) with
        {
            Epoch = _trainer.Epochs,
            Losses = Named(_trainer.LossNames, taken, report => report.Losses),
            Norms = Named(_trainer.NormNames, taken, report => report.Norms),
            LearningRate = _recipe.LearningRate * _recipe.RateAt(step),
            Skipped = _trainer.Skipped,
            StepsPerSecond = _recent.Count / seconds,
            FramesPerSecond = _recent.Sum(report => report.Frames) / seconds,
            MemoryMb = ProcessMemory.Own / 1048576.0,
        };
        _recent.Clear();
        Add(row);
        Scalars(step, "loss", row.Losses);
        Scalars(step, "norm", row.Norms);
        _events.Scalar(step, "learning_rate", row.LearningRate!.Value);
        _events.Scalar(step, "run/steps_per_second", row.StepsPerSecond!.Value);
        _events.Scalar(step, "run/frames_per_second", row.FramesPerSecond!.Value);
        _events.Scalar(step, "run/memory_mb", row.MemoryMb!.Value);
        _events.Scalar(step, "run/skipped", row.Skipped!.Value);
    }

    private static Dictionary<string, double> Named(
        IReadOnlyList<string> names, StepReport[] taken, Func<StepReport, IReadOnlyList<double>> part) =>
        names.Select((name, k) => (name, k)).ToDictionary(
            n => n.name, n => taken.Length == 0 ? double.NaN : taken.Average(report => part(report)[n.k]));

    private void Losses(LogKind kind, long step, string group, IReadOnlyList<double> losses)
    {
        Dictionary<string, double> named =
            _trainer.LossNames.Zip(losses).ToDictionary(pair => pair.First, pair => pair.Second);
        Add(Row(kind, step) with { Epoch = _trainer.Epochs, Losses = named });
        Scalars(step, group, named);
    }

    private void Scalars(long step, string group, IReadOnlyDictionary<string, double> values)
    {
        foreach (var (name, value) in values)
            _events.Scalar(step, $"{group}/{name}", value);
    }

    private void SavedAt(long step)
    {
        Add(Row(LogKind.Save, step));
        if (step > 0 && (_trainer.IsFinished || step % _recipe.ShowEvery == 0))
            Show(step);
        RunPage.Write(_folder, _log.Rows);
    }

    private void Show(long step)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<Specimen> specimens = _heldOut.Of(Path.Combine(_folder, _trainer.ProductName), _device);
        if (specimens.Count == 0)
            return;
        _samples.Write(step, specimens);
        foreach (Specimen specimen in specimens)
        {
            Picture(step, $"{specimen.Id}/mel", SpecimenRaster.Mels(specimen));
            Picture(step, $"{specimen.Id}/alignment", SpecimenRaster.Alignment(specimen));
            Picture(step, $"{specimen.Id}/f0", SpecimenRaster.Pitch(specimen));
            foreach (SpecimenPart part in specimen.Parts.Where(part => part.Sound is not null))
                _events.Audio(step, $"{specimen.Id}/{part.Name}", part.Sound!);
        }
        Add(Row(LogKind.Samples, step) with
        {
            Utterances = [.. specimens.Select(specimen => specimen.Id)],
            Note = string.Create(
                CultureInfo.InvariantCulture, $"made in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"),
        });
    }

    private void Picture(long step, string tag, PixelPicture? picture)
    {
        if (picture is not null)
            _events.Image(step, tag, picture.Png, picture.Width, picture.Height);
    }

    private LogRow Row(LogKind kind, long step) => new() { Step = step, Kind = kind, Time = _clock.GetUtcNow() };

    private void Add(LogRow row) => _log.Add(row);
}
