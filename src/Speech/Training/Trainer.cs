using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>A run: what learns, its data and where in it the run is.</summary>
public sealed class Trainer : IDisposable
{
    internal const string CheckpointName = "checkpoint.safetensors";

    private readonly Recipe _recipe;
    private readonly PreparedCorpus _corpus;
    private readonly string _folder;
    private readonly AcousticShape? _shape;
    private readonly ILearner _learner;
    private readonly RunState _state;
    private readonly SkipBudget _skips;
    private IReadOnlyList<int[][]> _batches;
    private int _epoch;
    private int _position;

    private Trainer(Recipe recipe, PreparedCorpus corpus, string folder, Device device, SafeTensors? resumed,
        SafeTensors? weights)
    {
        using TensorScope scope = new();
        (_recipe, _corpus, _folder) = (recipe, corpus, folder);
        _shape = recipe.Vocoder is null ? VoiceLearner.ShapeOf(recipe, corpus) : null;
        CheckpointInfo? info = resumed is null ? null : Check(CheckpointInfo.From(resumed), resumed.Path);
        LearningStart start = new(recipe.Seed, device, resumed, weights);
        _learner = recipe.Vocoder switch
        {
            null => new VoiceLearner(recipe, corpus, _shape!, start),
            { HifiGan: null } => new VocoderLearner(recipe, corpus, start),
            _ => new HiFiGanLearner(recipe, corpus, start),
        };
        _state = new(_learner.Parts);
        _skips = new(recipe.SkipLimit) { Skipped = info?.Skipped ?? 0, Held = info?.SkipsHeld ?? 0 };
        if (info is not null)
        {
            _state.Load(resumed!);
            (Step, _epoch, _position) = (info.Step, info.Epoch, info.Position);
        }
        _batches = _learner.Epoch(_epoch);
        NormNames = [.. _learner.Parts.SelectMany(part => part.Modules).Select(module => module.NormName)];
        if (weights is not null)
            DemandStart(weights.Path);
    }

    /// <summary>Parameters that the run took from the file it started from.</summary>
    public IReadOnlyList<string> Taken => _learner.Parts[0].Store.Taken;

    /// <summary>Parameters that the file which the run started from lacks, or has in another shape.</summary>
    public IReadOnlyList<string> Fresh =>
        [.. _learner.Parts[0].Store.Parameters.Keys.Where(name => !Taken.Contains(name))];

    /// <summary>Steps done, skipped ones included.</summary>
    public long Step { get; private set; }

    /// <summary>Steps that were skipped, because a loss or gradient was no finite number.</summary>
    public long Skipped => _skips.Skipped;

    /// <summary>Whether the recipe's last step is done.</summary>
    public bool IsFinished => Step >= _recipe.Steps;

    /// <summary>Parameters of what the run is about, in all.</summary>
    public long ParameterCount => _learner.Parts[0].Store.Parameters.Values.Sum(parameter => parameter.Count);

    /// <summary>Passes over the training data done so far.</summary>
    public double Epochs => _epoch + (double)_position / _batches.Count;

    /// <summary>Names of the losses that steps and measurements give.</summary>
    public IReadOnlyList<string> LossNames => _learner.LossNames;

    /// <summary>Names of the gradients' norms that steps give.</summary>
    public IReadOnlyList<string> NormNames { get; }

    /// <summary>Starts a run, or goes on with the one in the folder.</summary>
    /// <param name="recipe">What to make.</param>
    /// <param name="corpus">What to learn from.</param>
    /// <param name="folder">Where checkpoints and the product go.</param>
    /// <param name="resume">Whether to go on from the folder's checkpoint. It must be of this recipe and data.</param>
    /// <param name="from">A voice or vocoder whose weights a new run starts with, as far as they fit; or null.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">There is a run already, or none to go on with, or it is another one.</exception>
    public static Trainer Open(
        Recipe recipe, PreparedCorpus corpus, string folder, bool resume, string? from = null, Device device = default)
    {
        string path = Path.Combine(folder, CheckpointName);
        if (!resume && File.Exists(path))
        {
            throw new UserException(
                "there is a run in this folder already", path, "add --resume to go on with it, or give another --out");
        }
        if (resume && from is not null)
        {
            throw new UserException(
                "a run cannot both go on and start from other weights", "--from", "give one of the two");
        }
        if (!resume && from is null && recipe.Start is { } start)
        {
            throw new UserException(
                $"the recipe starts from {start.From}, and no weights are given", "--from", "give its voice");
        }
        using SafeTensors? file = resume ? SafeTensors.Open(path) : null;
        using SafeTensors? weights = from is null ? null : SafeTensors.Open(from);
        return new(recipe, corpus, folder, device, file, weights);
    }

    /// <summary>Does one step, or skips it.</summary>
    /// <exception cref="UserException">Too many were skipped.</exception>
    public StepReport Next()
    {
        using TensorScope scope = new();
        int[][] portions = NextPortions();
        LearningBatch[] batches = [.. portions.Select((portion, k) => _learner.Build(portion, Step + 1, k))];
        StepOutcome outcome = _learner.Step(batches, Step + 1);
        Step++;
        SkippedStep? skipped = outcome.Skipped is { } of
            ? new(of.Reason, [.. of.Batches.SelectMany(b => b.Utterances).Select(k => _corpus.Utterances[k].Id)])
            : null;
        _skips.Count(skipped, Step);
        return new(Step, outcome.Losses, outcome.Norms, batches.Sum(batch => batch.Frames), skipped);
    }

    /// <summary>The losses on held-out utterances of known speakers, with the same draws every time.</summary>
    /// <returns>In the order of <see cref="LossNames"/>; null where the data holds none.</returns>
    public IReadOnlyList<double>? Evaluate() => _learner.Evaluate();

    /// <summary>Writes the checkpoint and the product, each whole or not at all.</summary>
    public void Save()
    {
        Directory.CreateDirectory(_folder);
        _state.Save(Path.Combine(_folder, CheckpointName), Info());
        _learner.SaveProduct(Path.Combine(_folder, _learner.ProductName), Step);
    }

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();

    private void DemandStart(string path)
    {
        if (Taken.Count == 0)
            throw new UserException(
                "none of the weights to start from fits the model", path,
                "give a voice or vocoder of the recipe's kind");
        if (_recipe.Start?.Kind == StartKind.Tune && Fresh.Count > 0)
            throw new UserException(
                $"the voice to tune is of another model; it has no {string.Join(", ", Fresh.Take(3))}", path,
                "give a voice of the recipe's model, or set start.kind to warm");
    }

    private int[][] NextPortions()
    {
        if (_position == _batches.Count)
        {
            _position = 0;
            _batches = _learner.Epoch(++_epoch);
        }
        return _batches[_position++];
    }

    private CheckpointInfo Info() => new()
    {
        Format = CheckpointInfo.CurrentFormat,
        Recipe = _recipe.ToJson(),
        Shape = _shape,
        MelHash = _corpus.Info.MelHash,
        PhoneSetHash = _corpus.Info.PhoneSetHash,
        Speakers = _corpus.TrainingSpeakers,
        Utterances = _corpus.Utterances.Count(u => u.Split == Split.Train),
        Step = Step,
        Skipped = _skips?.Skipped ?? 0,
        SkipsHeld = _skips?.Held ?? 0,
        Epoch = _epoch,
        Position = _position,
    };

    private CheckpointInfo Check(CheckpointInfo info, string path)
    {
        string[] differences = [.. info.Differences(Info())];
        return differences.Length == 0
            ? info
            : throw new UserException(
                $"the run in the folder is another one; it differs in {string.Join("; ", differences)}", path,
                "give the same recipe and data to go on, or another --out to start anew");
    }
}
