using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Speech.Model.Accent;
using Kouyin.Torch;
using Kouyin.Torch.Layers;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>
/// What a voice learns of accents beside speaking: that the tokens tell them apart, and that an adversary does not hear
/// what it shall not.
/// </summary>
internal sealed class AccentTeacher : IDisposable
{
    private const int HeardAtOnce = 16;

    private readonly AcousticConfig _config;
    private readonly PreparedCorpus _corpus;
    private readonly Adversary? _adversary;
    private readonly Tensor? _classWeights;

    /// <summary>Prepares to teach.</summary>
    /// <param name="recipe">What it says of accents.</param>
    /// <param name="corpus">Says who has which accent.</param>
    /// <param name="start">Where the adversary begins.</param>
    /// <exception cref="UserException">The adversary has nothing to tell apart.</exception>
    public AccentTeacher(Recipe recipe, PreparedCorpus corpus, LearningStart start)
    {
        (_config, _corpus) = (recipe.Model, corpus);
        References = _config.Accent.Source == AccentSource.Tokens
            ? new(corpus, _config.Accent.Reference, recipe.Seed) : null;
        if (_config.Accent is { Source: AccentSource.Tokens, ClassBalance: true })
            _classWeights = ClassWeights(recipe).To(start.Device).Detached();
        if (_config.Adversary is not { } config)
            return;
        bool[,] speakers = SpeakersOfAccents();
        DemandClasses(config, speakers);
        ParameterStore store = start.Store("adversary");
        _adversary = new(store.Root, config, Width(config.On), speakers);
        Part = new("adversary", store, new Adam(
            store.Parameters, new() { LearningRate = recipe.LearningRate * config.LearningRateFactor }), null);
    }

    /// <summary>What accent tokens hear, where the model has any.</summary>
    public AccentReferences? References { get; }

    /// <summary>The adversary, or null.</summary>
    public LearningPart? Part { get; }

    /// <summary>Names of its losses.</summary>
    public IEnumerable<string> LossNames
    {
        get
        {
            if (_config.Accent.Loss != AccentLossKind.None)
                yield return "accent";
            if (_adversary is not null)
                yield return "adversary";
        }
    }

    /// <summary>In the order of <see cref="LossNames"/>.</summary>
    /// <param name="batch">What the model learnt from.</param>
    /// <param name="losses">What it made of it.</param>
    /// <param name="step">Which, from 1; 0 for a measurement.</param>
    public IEnumerable<LossTerm> Terms(Batch batch, Losses losses, long step)
    {
        if (losses.Accents is { } accents)
        {
            Tensor weighted = _classWeights is null
                ? accents : accents * _classWeights.IndexSelect(0, batch.Accents!);
            yield return new(weighted.Mean(), LossUnit.Utterance, _config.Accent.LossWeight);
        }
        if (_adversary is not null)
            yield return Against(batch, losses, step);
    }

    /// <summary>The weights, and in a model with tokens what these make of each accent's training recordings.</summary>
    /// <param name="weights">Of the acoustic model.</param>
    /// <param name="shape">What its mels are like.</param>
    /// <param name="builder">Gives mels.</param>
    public IReadOnlyDictionary<string, Tensor> Remember(
        IReadOnlyDictionary<string, Tensor> weights, AcousticShape shape, BatchBuilder builder)
    {
        if (References is null)
            return weights;
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.From(weights, weights.Values.First().Device);
        AccentTokens tokens = new(store.Root / AccentTokens.Place, _config.Accent, shape.Mels, shape.Accents);
        List<Tensor[]> styles = [];
        List<string[]> speakers = [];
        foreach (string accent in _corpus.TrainingAccents)
        {
            int[] heard = References.Representatives(accent);
            speakers.Add(Array.ConvertAll(heard, k => _corpus.Utterances[k].Speaker));
            styles.Add([.. heard.Chunk(HeardAtOnce).SelectMany(some =>
            {
                Recordings recordings = builder.Recordings(some, store.Device);
                Tensor style = tokens.Forward(shape.Normalized(recordings), recordings.FrameCounts).Style;
                return some.Select((_, k) => style.Select(0, k));
            })]);
        }
        return new Dictionary<string, Tensor>([.. weights, .. AccentMemory.Collect(styles, speakers)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _classWeights?.Dispose();
        Part?.Dispose();
    }

    private LossTerm Against(Batch batch, Losses losses, long step)
    {
        AdversaryConfig config = _config.Adversary!;
        Tensor speakers = batch.Speakers ?? batch.Accents!.FullLike(0), accents = batch.Accents!;
        if (config.On != AdversaryPlace.Mean)
        {
            Tensor heard = config.On == AdversaryPlace.Style ? losses.Heard!.Style : losses.Heard!.Reference;
            return new(
                _adversary!.Losses(heard, speakers, accents, step).Mean(), LossUnit.Utterance, config.Weight);
        }
        var (items, symbols, mels) = losses.SymbolMeans.Sizes3("[B, S, M]");
        Tensor mask = Mask.FromLengths(Tensor.From<long>(batch.SymbolCounts, items), symbols).To(accents.Device);
        Tensor each = _adversary!.Losses(
            losses.SymbolMeans.Reshape(-1, mels), speakers.RepeatInterleave(symbols, 0),
            accents.RepeatInterleave(symbols, 0), step);
        return new((each * mask.View(-1)).Sum() / batch.SymbolCounts.Sum(), LossUnit.Symbol, config.Weight);
    }

    private int Width(AdversaryPlace place) => place switch
    {
        AdversaryPlace.Mean => _corpus.Info.Mel.Bands,
        AdversaryPlace.Reference => ReferenceEncoder.Width,
        _ => _config.Accent.Width,
    };

    /// <summary>
    /// Of each accent what one utterance counts, so that all accents count alike however often they are shown, and the
    /// mean over what is shown is 1.
    /// </summary>
    private Tensor ClassWeights(Recipe recipe)
    {
        double[] shown = [.. _corpus.TrainingAccents.Select(accent => Math.Pow(
            _corpus.Utterances.Count(u => u.Split == Split.Train && u.Accent == accent),
            1 / recipe.AccentTemperature))];
        float[] weights = Array.ConvertAll(shown, share => (float)(shown.Sum() / shown.Length / share));
        return Tensor.From<float>(weights, weights.Length);
    }

    private bool[,] SpeakersOfAccents()
    {
        string[] accents = [.. _corpus.TrainingAccents], speakers = [.. _corpus.TrainingSpeakers];
        HashSet<(string, string)> heard = [.. _corpus.Utterances.Where(u => u.Split == Split.Train)
            .Select(u => (u.Accent, u.Speaker))];
        bool[,] pairs = new bool[accents.Length, speakers.Length];
        for (int a = 0; a < accents.Length; a++)
        {
            for (int s = 0; s < speakers.Length; s++)
                pairs[a, s] = heard.Contains((accents[a], speakers[s]));
        }
        return pairs;
    }

    private void DemandClasses(AdversaryConfig config, bool[,] speakers)
    {
        (int accents, int all) = (speakers.GetLength(0), speakers.GetLength(1));
        bool alone = config.WithinAccent && Enumerable.Range(0, accents)
            .All(a => Enumerable.Range(0, all).Count(s => speakers[a, s]) < 2);
        if (alone || (config.Of == AdversaryAim.Speaker ? all : accents) < 2)
        {
            throw new UserException(
                $"the adversary has nothing to tell apart: {all} speakers, {accents} accents", _corpus.Folder,
                "prepare data of more speakers or accents, or take model.adversary out of the recipe");
        }
    }
}
