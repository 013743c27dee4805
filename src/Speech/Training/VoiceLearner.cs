using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Accent;
using Kouyin.Speech.Voices;
using Kouyin.Torch;
using Kouyin.Torch.Distributed;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>Teaches an acoustic model: what comes out is a voice.</summary>
internal sealed class VoiceLearner : ILearner
{
    private const int MeasuredUtterances = 2000; // enough for a mean over all bands
    private const int EvaluatedUtterances = 64;

    private readonly Recipe _recipe;
    private readonly PreparedCorpus _corpus;
    private readonly BatchBuilder _builder;
    private readonly BatchSampler _sampler;
    private readonly AcousticModel _model;
    private readonly AccentTeacher _accents;
    private readonly LearningPart _part;
    private readonly GradientStep _gradient;
    private readonly ProcessGroup? _group;
    private readonly int[][] _held;

    public VoiceLearner(Recipe recipe, PreparedCorpus corpus, AcousticShape shape, LearningStart start)
    {
        (_recipe, _corpus, Shape, _group) = (recipe, corpus, shape, start.Group);
        _builder = new(corpus, recipe.Model.Blanks);
        _sampler = new(corpus, recipe.OfPortion(), 0, recipe.Accumulate);
        ParameterStore store = start.Store("", given => StartingRows.Fit(given, start.Weights!, corpus));
        store.Frozen = recipe.Freeze;
        _held = HeldOutBatches();
        store.UseBFloat16 = recipe.Bf16;
        _model = new(store.Root, recipe.Model, shape);
        if (start.Resumed is null)
            GiveVectors();
        _part = new(
            "", store, new Adam(Learning(store), new() { LearningRate = recipe.LearningRate }),
            recipe.AverageDecay > 0 ? new(store.Parameters, recipe.AverageDecay) : null, ByModule: true);
        _accents = new(recipe, corpus, start);
        _gradient = new(recipe, Parts, start.Group);
    }

    public AcousticShape Shape { get; }

    public IReadOnlyList<LearningPart> Parts => _accents.Part is { } adversary ? [_part, adversary] : [_part];

    public IReadOnlyList<string> LossNames => ["duration", "prior", "decoder", .. _accents.LossNames];

    public string ProductName => VoiceFile.Name;

    public IReadOnlyList<int[][]> Epoch(int epoch) => _sampler.Steps(epoch);

    public LearningBatch Build(int[] utterances, long step, int portion) => new VoiceBatch(
        utterances, portion, _builder.Build(utterances, _part.Store.Device, _accents.References?.Of(utterances, step)),
        _recipe.Model.SegmentFrames, _builder.Problem(utterances));

    public StepOutcome Step(IReadOnlyList<LearningBatch> batches, long step, bool learn = true)
    {
        _part.Store.Training = true;
        return _gradient.Take(
            Parts, batches, step, learn, (batch, random) => Terms(((VoiceBatch)batch).Batch, random, step));
    }

    public double[]? Evaluate()
    {
        using Generator random = new(0, _part.Store.Device);
        _part.Store.Training = false;
        return HeldOut.Mean(_held, _group, (utterances, k) =>
        {
            random.Seed((ulong)k);
            Batch batch = _builder.Build(utterances, _part.Store.Device, _accents.References?.Of(utterances, 0));
            return LossTerm.Values(Terms(batch, random, 0));
        });
    }

    public void SaveProduct(string path, long step)
    {
        using TensorScope scope = new();
        VoiceFile.Save(
            path, VoiceInfo.Of(_recipe.Model, Shape, _corpus, step) with { Synthesis = _recipe.Synthesis },
            _accents.Remember(_part.Average?.Values ?? _part.Store.Parameters, Shape, _builder));
    }

    public void Dispose()
    {
        _gradient.Dispose();
        _accents.Dispose();
        _part.Dispose();
    }

    /// <summary>What the data decides of the model.</summary>
    public static AcousticShape ShapeOf(Recipe recipe, PreparedCorpus corpus)
    {
        AcousticShape shape = new()
        {
            Symbols = corpus.PhoneSet.Symbols.Count,
            Mels = corpus.Info.Mel.Bands,
            Speakers = corpus.TrainingSpeakers.Count,
            Accents = corpus.TrainingAccents.Count,
        };
        return recipe.Model.NormalizeMel ? MelStatistics(shape, corpus) : shape;
    }

    private void GiveVectors() => _model.Give(
        _recipe.Model.Speaker.Source == SpeakerSource.Vector
            ? PreparedVectors.Load(
                _corpus.Folder, VectorOf.Speaker, _corpus.TrainingSpeakers, _recipe.Model.Speaker.Width)
            : null,
        _recipe.Model.Accent.Source == AccentSource.Vector
            ? PreparedVectors.Load(
                _corpus.Folder, VectorOf.Accent, _corpus.TrainingAccents, _recipe.Model.Accent.Width)
            : null);

    /// <summary>In the order of <see cref="LossNames"/>.</summary>
    private LossTerm[] Terms(Batch batch, Generator random, long step)
    {
        Losses losses = _model.Losses(batch, random);
        return
        [
            new(losses.Duration, LossUnit.Symbol), new(losses.Prior, LossUnit.Frame),
            new(losses.Decoder, LossUnit.Frame), .. _accents.Terms(batch, losses, step),
        ];
    }

    /// <summary>What of the model learns: all but what the recipe freezes.</summary>
    private static IReadOnlyDictionary<string, Tensor> Learning(ParameterStore store)
    {
        string[] modules = [.. store.Parameters.Keys.Select(name => name.Split('.')[0]).Distinct()];
        string? unknown = store.Frozen.FirstOrDefault(module => !store.Parameters.Keys.Any(
            name => name == module || name.StartsWith(module + ".", StringComparison.Ordinal)));
        if (unknown is not null || store.Learning.Count == 0)
        {
            throw new UserException(
                unknown is null ? "the recipe freezes the whole model" : $"the model has no module «{unknown}»",
                "the recipe's freeze", $"name some of: {string.Join(", ", modules)}, or parts of them");
        }
        return store.Learning;
    }

    /// <summary>Held-out utterances of speakers that the model knows, spread over all of them.</summary>
    private int[][] HeldOutBatches()
    {
        int[] held = [.. Enumerable.Range(0, _corpus.Utterances.Count)
            .Where(k => _corpus.Utterances[k].Split == Split.Test && _builder.Knows(_corpus.Utterances[k]))];
        int stride = Math.Max(1, held.Length / EvaluatedUtterances);
        return [.. held.Where((_, k) => k % stride == 0).Chunk(_recipe.BatchUtterances)];
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
                if (!float.IsFinite(value))
                    continue; // its utterance will be skipped, and named; the others are still worth learning
                sum += value;
                squares += (double)value * value;
                count++;
            }
        }
        double mean = sum / count;
        return shape with { MelMean = mean, MelDeviation = Math.Sqrt(squares / count - mean * mean) };
    }
}
