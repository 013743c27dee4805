using System.Security.Cryptography;
using System.Text;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Torch;
using Kouyin.Torch.Distributed;

namespace Kouyin.Speech.Training;

/// <summary>A run: what learns, its data and where in it the run is.</summary>
public sealed class Trainer : IDisposable
{
    internal const string CheckpointName = "checkpoint.safetensors";

    /// <summary>The folder in the run's where the product of the best measurement is kept.</summary>
    internal const string BestFolder = "best";

    private readonly Recipe _recipe;
    private readonly PreparedCorpus _corpus;
    private readonly string _folder;
    private readonly AcousticShape? _shape;
    private readonly ILearner _learner;
    private readonly RunState _state;
    private readonly SkipBudget _skips;
    private readonly ProcessGroup? _group;
    private BatchesAhead? _ahead;
    private int _ofEpoch;
    private int _epoch;
    private int _position;
    private BestSoFar _best = new();
    private long _saved;

    private readonly CheckpointFiles _checkpoints;
    private readonly string _dataHash;

    private Trainer(Recipe recipe, PreparedCorpus corpus, string folder, Device device, SafeTensors? resumed,
        SafeTensors? weights, ProcessGroup? group)
    {
        using TensorScope scope = new();
        (_recipe, _corpus, _folder, _group) = (recipe, corpus, folder, group);
        _checkpoints = new(folder, recipe.KeepCheckpoints);
        _dataHash = HashOf(corpus);
        _shape = recipe.Vocoder is null ? VoiceLearner.ShapeOf(recipe, corpus) : null;
        CheckpointInfo? info = resumed is null ? null : Check(CheckpointInfo.From(resumed), resumed.Path);
        LearningStart start = new(recipe.Seed, device, resumed, weights, group);
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
            (Step, _epoch, _position, _best) = (info.Step, info.Epoch, info.Position, info.Best);
            _saved = Step;
        }
        _ofEpoch = _learner.Epoch(_epoch).Count;
        NormNames = [.. _learner.Parts.SelectMany(part => part.Modules).Select(module => module.NormName)];
        if (recipe.BestBy is { } by && !LossNames.Contains(by))
        {
            throw new UserException(
                $"best_by is «{by}», which is no loss of this run", "the recipe",
                $"give one of {string.Join(", ", LossNames)}");
        }
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

    /// <summary>Whether the recipe's last step is done, or nothing has become better for as long as it waits.</summary>
    public bool IsFinished => Step >= _recipe.Steps || IsStale;

    /// <summary>Whether nothing has become better for as long as the recipe waits.</summary>
    public bool IsStale => _recipe.Patience > 0 && _best.Since >= _recipe.Patience;

    /// <summary>The best measurement so far, by the recipe's measure.</summary>
    public BestSoFar Best => _best;

    /// <summary>Parameters of what the run is about, in all.</summary>
    public long ParameterCount => _learner.Parts[0].Store.Parameters.Values.Sum(parameter => parameter.Count);

    /// <summary>Passes over the training data done so far.</summary>
    public double Epochs => _epoch + (double)_position / _ofEpoch;

    /// <summary>The file in the run's folder that the run is for.</summary>
    public string ProductName => _learner.ProductName;

    /// <summary>Names of the losses that steps and measurements give.</summary>
    public IReadOnlyList<string> LossNames => _learner.LossNames;

    /// <summary>Names of the gradients' norms that steps give.</summary>
    public IReadOnlyList<string> NormNames { get; }

    /// <summary>All weights, of what the run is about and of what helps to teach it, by their names in a checkpoint.
    /// </summary>
    internal IEnumerable<(string Name, Tensor Value)> Weights => _learner.Parts.SelectMany(
        part => part.Store.Parameters.Select(p => (RunState.Prefix(part.Name) + p.Key, p.Value)));

    /// <summary>A hash of all weights and moments.</summary>
    internal string Digest => _state.Digest();

    /// <summary>Starts a run, or goes on with the one in the folder.</summary>
    /// <param name="recipe">What to make.</param>
    /// <param name="corpus">What to learn from.</param>
    /// <param name="folder">Where checkpoints and the product go.</param>
    /// <param name="resume">Whether to go on from the folder's checkpoint. It must be of this recipe and data.</param>
    /// <param name="from">A voice or vocoder whose weights a new run starts with, as far as they fit; or null.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="group">
    /// The processes that share the run, or null. All open it with the same arguments; that of rank 0 writes the files.
    /// </param>
    /// <exception cref="UserException">There is a run already, or none to go on with, or it is another one.</exception>
    public static Trainer Open(
        Recipe recipe, PreparedCorpus corpus, string folder, bool resume, string? from = null, Device device = default,
        ProcessGroup? group = null)
    {
        recipe = recipe.SharedBy(group?.Size ?? 1);
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
        return new(recipe, corpus, folder, device, file, weights, group);
    }

    /// <summary>Does one step, or skips it.</summary>
    /// <exception cref="UserException">Too many were skipped.</exception>
    public StepReport Next()
    {
        using TensorScope scope = new();
        using BuiltStep built = NextBuilt();
        IReadOnlyList<LearningBatch> batches = built.Batches;
        StepOutcome outcome = _learner.Step(batches, Step + 1);
        SkippedStep? skipped = outcome.Skipped is { } of ? Dumped(of) : null;
        Step++;
        _skips.Count(skipped, Step);
        return new(Step, outcome.Losses, outcome.Norms, batches.Sum(batch => batch.Frames), skipped);
    }

    /// <summary>The losses on held-out utterances of known speakers, with the same draws every time.</summary>
    /// <returns>In the order of <see cref="LossNames"/>; null where the data holds none.</returns>
    /// <remarks>The product of the best measurement so far is kept, if the recipe says by which loss.</remarks>
    public IReadOnlyList<double>? Evaluate()
    {
        double[]? losses = _learner.Evaluate();
        if (losses is null || _recipe.BestBy is not { } by)
            return losses;
        _best = _best.After(losses[LossNames.ToList().IndexOf(by)], Step);
        if (_best.Since == 0 && _best.Step == Step && IsWriter)
        {
            string folder = Path.Combine(_folder, BestFolder);
            Directory.CreateDirectory(folder);
            _learner.SaveProduct(Path.Combine(folder, _learner.ProductName), Step);
        }
        return losses;
    }

    /// <summary>Does a skipped step again, to look at it; nothing is learnt.</summary>
    /// <param name="recipe">The run's.</param>
    /// <param name="corpus">The run's.</param>
    /// <param name="dump">A file of the run's folder skipped.</param>
    /// <param name="names">What the report's losses are, and its norms.</param>
    /// <exception cref="UserException">It is no dump, or one of another run.</exception>
    public static ReplayReport Replay(
        Recipe recipe, PreparedCorpus corpus, string dump,
        out (IReadOnlyList<string> Losses, IReadOnlyList<string> Norms) names)
    {
        using SafeTensors file = SafeTensors.Open(dump);
        using Trainer trainer = new(recipe, corpus, Path.GetDirectoryName(dump)!, default, file, null, null);
        names = (trainer.LossNames, trainer.NormNames);
        return Training.Replay.Of(trainer._learner, file);
    }

    /// <summary>Whether any of the processes that share the run asks for something.</summary>
    public bool Any(bool asked)
    {
        double[] askers = [asked ? 1 : 0];
        _group?.Sum(askers);
        return askers[0] > 0;
    }

    /// <summary>Writes the checkpoint and the product, each whole or not at all.</summary>
    public void Save()
    {
        DemandAgreement();
        if (!IsWriter)
            return;
        Directory.CreateDirectory(_folder);
        _checkpoints.KeepNewest(_saved);
        _state.Save(_checkpoints.Newest, Info());
        _saved = Step;
        _checkpoints.DeleteOld();
        _learner.SaveProduct(Path.Combine(_folder, _learner.ProductName), Step);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ahead?.Dispose();
        _learner.Dispose();
    }

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

    private bool IsWriter => _group is null || _group.Rank == 0;

    /// <summary>Writes down what this process's portions were, and tells what all wrote.</summary>
    private SkippedStep Dumped(SkippedBatches of)
    {
        SkippedDump dump = new(Step + 1, of.Reason, [.. of.Batches.Select(batch => new DumpedPortion(
            batch.Portion, batch.Utterances, [.. batch.Utterances.Select(k => _corpus.Utterances[k].Id)]))]);
        string path = dump.Write(_folder, _group?.Rank ?? 0, _state, Info(), of.Batches);
        string[] paths = _group?.Gather(path) ?? [path];
        return new(
            of.Reason, [.. of.Utterances.Select(k => _corpus.Utterances[k].Id)],
            [.. paths.Where(written => written.Length > 0)]);
    }

    private static string HashOf(PreparedCorpus corpus)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (PreparedUtterance u in corpus.Utterances.Where(u => u.Split == Split.Train))
            hash.AppendData(Encoding.UTF8.GetBytes($"{u.Id}\t{u.Frames}\t{string.Join(' ', u.Phones)}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    /// <summary>What is saved speaks for all processes, so all must hold the same, to the bit.</summary>
    private void DemandAgreement()
    {
        if (_group is not null && _group.Gather(_state.Digest()).Distinct().Count() > 1)
            throw new InvalidOperationException($"the processes' weights are no longer the same at step {Step}");
    }

    private BuiltStep NextBuilt()
    {
        using Stage stage = Stages.Enter("data");
        _ahead ??= new(Positions(Step, _epoch, _position), (position, portion) =>
            _learner.Build(position.Portions[portion], position.Step, position.FirstPortion + portion));
        BuiltStep built = _ahead.Next();
        (_epoch, _position, _ofEpoch) = (built.Position.Epoch, built.Position.Index + 1, built.Position.OfEpoch);
        return built;
    }

    /// <summary>All that is still to come, without end; it depends on the seed and the place alone.</summary>
    private IEnumerable<DataPosition> Positions(long step, int epoch, int index)
    {
        for (; ; epoch++, index = 0)
        {
            IReadOnlyList<int[][]> steps = _learner.Epoch(epoch);
            for (; index < steps.Count; index++)
            {
                int own = steps[index].Length / (_group?.Size ?? 1), first = own * (_group?.Rank ?? 0);
                yield return new(
                    ++step, epoch, index, steps.Count, first, steps[index].AsSpan(first, own).ToArray());
            }
        }
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
        DataHash = _dataHash,
        Best = _best,
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
