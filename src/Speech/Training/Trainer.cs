using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Speech.Voices;
using Kouyin.Torch;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>What a step did.</summary>
/// <param name="Step">Which, from 1.</param>
/// <param name="Duration">Loss of the durations.</param>
/// <param name="Prior">Loss of the encoder's means.</param>
/// <param name="Decoder">Loss of the decoder.</param>
/// <param name="EncoderNorm">Norm of the encoder's gradients before clipping.</param>
/// <param name="OtherNorm">Norm of all other gradients before clipping.</param>
/// <param name="Frames">Real frames of the batch.</param>
public sealed record StepReport(
    long Step, double Duration, double Prior, double Decoder, double EncoderNorm, double OtherNorm, long Frames);

/// <summary>A run: a model, its optimizer, its data and where in it the run is.</summary>
public sealed class Trainer : IDisposable
{
    internal const string CheckpointName = "checkpoint.safetensors";
    private const int MeasuredUtterances = 2000; // enough for a mean over all bands
    private const int EvaluatedUtterances = 64;

    private readonly Recipe _recipe;
    private readonly PreparedCorpus _corpus;
    private readonly string _folder;
    private readonly AcousticShape _shape;
    private readonly BatchBuilder _builder;
    private readonly BatchSampler _sampler;
    private readonly AcousticModel _model;
    private readonly RunState _state;
    private IReadOnlyList<int[]> _batches = [];
    private int _epoch;
    private int _position;

    private Trainer(Recipe recipe, PreparedCorpus corpus, string folder, Device device, SafeTensors? resumed)
    {
        using TensorScope scope = new();
        (_recipe, _corpus, _folder) = (recipe, corpus, folder);
        _shape = ShapeOf(recipe, corpus);
        _builder = new(corpus, recipe.Model.Blanks);
        _sampler = new(corpus, recipe);
        CheckpointInfo? info = resumed is null ? null : Check(CheckpointInfo.From(resumed), resumed.Path);
        ParameterStore store = resumed is null
            ? ParameterStore.Fresh((ulong)recipe.Seed, device)
            : ParameterStore.From(resumed.ReadAll("model."), device, (ulong)recipe.Seed);
        store.UseBFloat16 = recipe.Bf16;
        _model = new(store.Root, recipe.Model, _shape);
        _state = new(
            store, new Adam(store.Parameters, new() { LearningRate = recipe.LearningRate }),
            recipe.AverageDecay > 0 ? new(store.Parameters, recipe.AverageDecay) : null,
            new((ulong)recipe.Seed + 1, device));
        if (info is not null)
        {
            _state.Load(resumed!, info.Step);
            (_epoch, _position) = (info.Epoch, info.Position);
        }
        _batches = _sampler.Epoch(_epoch);
    }

    /// <summary>Steps done.</summary>
    public long Step => _state.Optimizer.Steps;

    /// <summary>Whether the recipe's last step is done.</summary>
    public bool IsFinished => Step >= _recipe.Steps;

    /// <summary>Parameters of the model, in all.</summary>
    public long ParameterCount => _state.Store.Parameters.Values.Sum(parameter => parameter.Count);

    /// <summary>Passes over the training data done so far.</summary>
    public double Epochs => _epoch + (double)_position / _batches.Count;

    /// <summary>Starts a run, or goes on with the one in the folder.</summary>
    /// <param name="recipe">What to make.</param>
    /// <param name="corpus">What to learn from.</param>
    /// <param name="folder">Where checkpoints and the voice go.</param>
    /// <param name="resume">Whether to go on from the folder's checkpoint. It must be of this recipe and data.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="UserException">There is a run already, or none to go on with, or it is another one.</exception>
    public static Trainer Open(
        Recipe recipe, PreparedCorpus corpus, string folder, bool resume, Device device = default)
    {
        string path = Path.Combine(folder, CheckpointName);
        if (!resume && File.Exists(path))
        {
            throw new UserException(
                "there is a run in this folder already", path, "add --resume to go on with it, or give another --out");
        }
        if (!resume)
            return new(recipe, corpus, folder, device, null);
        using SafeTensors file = SafeTensors.Open(path);
        return new(recipe, corpus, folder, device, file);
    }

    /// <summary>Does one step.</summary>
    /// <exception cref="UserException">The loss is no finite number; the weights are as before the step.</exception>
    public StepReport Next()
    {
        int[] utterances = NextUtterances();
        using TensorScope scope = new();
        _state.Store.Training = true;
        Batch batch = _builder.Build(utterances, _state.Store.Device);
        Losses losses = _model.Losses(batch, _state.Random);
        float[] values = Values(losses);
        if (!values.All(float.IsFinite))
        {
            throw new UserException(
                $"the loss at step {Step + 1} is no finite number", string.Join(", ", utterances.Select(Name)),
                "look at these utterances, or lower learning_rate; --resume goes on from the last checkpoint");
        }
        _state.Store.ClearGradients();
        losses.Total.Backward();
        var (encoder, others) = ClipGradients();
        _state.Optimizer.Step(_recipe.RateAt(Step + 1));
        _state.Average?.Update(Step);
        return new(Step, values[0], values[1], values[2], encoder, others, batch.FrameCounts.Sum());
    }

    /// <summary>The losses on held-out utterances of known speakers, with the same draws every time.</summary>
    /// <returns>Null where the data holds none.</returns>
    public (double Duration, double Prior, double Decoder)? Evaluate()
    {
        int[] held = [.. Enumerable.Range(0, _corpus.Utterances.Count)
            .Where(k => _corpus.Utterances[k].Split == Split.Test && _builder.Knows(_corpus.Utterances[k]))];
        if (held.Length == 0)
            return null;
        int stride = Math.Max(1, held.Length / EvaluatedUtterances);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Generator random = new(1, _state.Store.Device);
        _state.Store.Training = false;
        double[] sums = new double[3];
        int[][] batches = [.. held.Where((_, k) => k % stride == 0).Chunk(_recipe.BatchUtterances)];
        foreach (int[] utterances in batches)
        {
            using TensorScope inner = new();
            float[] values = Values(_model.Losses(_builder.Build(utterances, _state.Store.Device), random));
            for (int k = 0; k < sums.Length; k++)
                sums[k] += values[k] / batches.Length;
        }
        return (sums[0], sums[1], sums[2]);
    }

    /// <summary>Writes the checkpoint and the voice, each whole or not at all.</summary>
    public void Save()
    {
        Directory.CreateDirectory(_folder);
        _state.Save(Path.Combine(_folder, CheckpointName), Info());
        VoiceFile.Save(
            Path.Combine(_folder, VoiceFile.Name), VoiceInfo.Of(_recipe.Model, _shape, _corpus.Info, Step),
            _state.Average?.Values ?? _state.Store.Parameters);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Optimizer.Dispose();
        _state.Average?.Dispose();
        _state.Random.Dispose();
        _state.Store.Dispose();
    }

    private static float[] Values(Losses losses) =>
        Tensor.Stack(0, losses.Duration, losses.Prior, losses.Decoder).ToArray();

    private int[] NextUtterances()
    {
        if (_position == _batches.Count)
        {
            _position = 0;
            _batches = _sampler.Epoch(++_epoch);
        }
        return _batches[_position++];
    }

    /// <summary>
    /// As the reference: the encoder and the rest each by its own norm; here no parameter is left out.
    /// </summary>
    private (double Encoder, double Others) ClipGradients()
    {
        var parts = _state.Store.Parameters.ToLookup(
            p => p.Key.StartsWith("encoder.", StringComparison.Ordinal), p => p.Value);
        return (GradientClip.ToNorm(parts[true], _recipe.GradientLimit),
            GradientClip.ToNorm(parts[false], _recipe.GradientLimit));
    }

    private string Name(int utterance) => _corpus.Utterances[utterance].Id;

    private CheckpointInfo Info() => new()
    {
        Format = CheckpointInfo.CurrentFormat,
        Recipe = _recipe.ToJson(),
        Shape = _shape,
        MelHash = _corpus.Info.MelHash,
        PhoneSetHash = _corpus.Info.PhoneSetHash,
        Speakers = _corpus.TrainingSpeakers,
        Utterances = _corpus.Utterances.Count(u => u.Split == Split.Train),
        Step = _state?.Optimizer.Steps ?? 0,
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

    private static AcousticShape ShapeOf(Recipe recipe, PreparedCorpus corpus)
    {
        AcousticShape shape = new()
        {
            Symbols = corpus.PhoneSet.Symbols.Count,
            Mels = corpus.Info.Mel.Bands,
            Speakers = corpus.TrainingSpeakers.Count,
        };
        return recipe.Model.NormalizeMel ? MelStatistics(shape, corpus) : shape;
    }

    private static AcousticShape MelStatistics(AcousticShape shape, PreparedCorpus corpus)
    {
        int[] train = [.. Enumerable.Range(0, corpus.Utterances.Count)
            .Where(k => corpus.Utterances[k].Split == Split.Train)];
        double sum = 0;
        double squares = 0;
        long count = 0;
        for (int k = 0; k < train.Length; k += Math.Max(1, train.Length / MeasuredUtterances))
        {
            foreach (float value in corpus.Mel(train[k]))
            {
                sum += value;
                squares += (double)value * value;
                count++;
            }
        }
        double mean = sum / count;
        return shape with { MelMean = mean, MelDeviation = Math.Sqrt(squares / count - mean * mean) };
    }
}
