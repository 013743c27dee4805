using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Torch;
using Kouyin.Torch.Distributed;
using Kouyin.Torch.Layers;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>Teaches a HiFi-GAN generator against its discriminators.</summary>
/// <remarks>Kong, Kim, Bae 2020, "HiFi-GAN", sections 2.4 and 3, equations 1 to 7.</remarks>
internal sealed class HiFiGanLearner : ILearner
{
    private const double MelWeight = 45, FeatureWeight = 2;

    private readonly Recipe _recipe;
    private readonly HiFiGanConfig _config;
    private readonly VocoderBatches _batches;
    private readonly HiFiGan _generator;
    private readonly Discriminators _discriminators;
    private readonly LogMel _mel;
    private readonly LearningPart _maker, _judges;
    private readonly GradientStep _gradient;
    private readonly ProcessGroup? _group;

    public HiFiGanLearner(Recipe recipe, PreparedCorpus corpus, LearningStart start)
    {
        VocoderRecipe vocoder = recipe.Vocoder!;
        (_recipe, _config, _group) = (recipe, vocoder.HifiGan!, start.Group);
        if (_config.Mel.Hash != corpus.Info.Mel.Hash)
        {
            throw new UserException(
                $"the recipe's HiFi-GAN takes other mels than the data has: {_config.Mel.Differences(corpus.Info.Mel)}",
                corpus.Folder, "change vocoder.hifi_gan, or prepare the data with its mel settings");
        }
        _batches = new(recipe, corpus);
        ParameterStore maker = start.Store("", weights => WeightNorm.Unfold(weights, "--from"));
        ParameterStore judges = start.Store("judges");
        maker.UseBFloat16 = judges.UseBFloat16 = recipe.Bf16;
        _generator = new(maker.Root, _config, KernelForm.WeightNorm);
        _discriminators = new(judges.Root, vocoder.Discriminators);
        _mel = new(_config.Mel with { LowHz = 0, HighHz = _config.SamplingRate / 2.0 });
        _maker = new(
            "", maker, Optimizer(maker), recipe.AverageDecay > 0 ? new(maker.Parameters, recipe.AverageDecay) : null);
        _judges = new("judges", judges, Optimizer(judges), null);
        _gradient = new(recipe, Parts, start.Group);
    }

    public IReadOnlyList<LearningPart> Parts => [_maker, _judges];

    public IReadOnlyList<string> LossNames { get; } = ["mel", "feature", "maker", "judges"];

    public string ProductName => VocoderFile.Name;

    public IReadOnlyList<int[][]> Epoch(int epoch) => _batches.Epoch(epoch);

    public LearningBatch Build(int[] utterances, long step, int portion) => new VocoderPortion(
        utterances, portion, _recipe.Vocoder!.SegmentFrames,
        _batches.Made(utterances, step, portion, _maker.Store.Device), null);

    public StepOutcome Step(IReadOnlyList<LearningBatch> batches, long step, bool learn = true)
    {
        foreach (LearningPart part in Parts)
            part.Store.Training = true;
        Dictionary<LearningBatch, Tensor> made = batches.ToDictionary(
            batch => batch, batch => _generator.Forward(((VocoderPortion)batch).Heard.Mel));
        StepOutcome judged = _gradient.Take([_judges], batches, step, learn, (batch, _) =>
        [
            new(JudgesLoss(((VocoderPortion)batch).Heard.Signal, made[batch].StopGradient()), LossUnit.Utterance),
        ]);
        if (judged.Skipped is not null)
            return judged;
        StepOutcome taught = _gradient.Take(
            [_maker], batches, step, learn,
            (batch, _) => MakerTerms(((VocoderPortion)batch).Heard.Signal, made[batch]));
        return new([.. taught.Losses, .. judged.Losses], [.. taught.Norms, .. judged.Norms], taught.Skipped);
    }

    public double[]? Evaluate()
    {
        foreach (LearningPart part in Parts)
            part.Store.Training = false;
        return _batches.Measure(_maker.Store.Device, _group, batch =>
        {
            Tensor made = _generator.Forward(batch.Mel);
            return LossTerm.Values(
                [.. MakerTerms(batch.Signal, made), new(JudgesLoss(batch.Signal, made), LossUnit.Utterance)]);
        });
    }

    public void SaveProduct(string path, long step)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        IReadOnlyDictionary<string, Tensor> weights = _maker.Average?.Values ?? _maker.Store.Parameters;
        HiFiGanVocoder.Save(path, _config, WeightNorm.Fold(weights, path));
    }

    public void Dispose()
    {
        _gradient.Dispose();
        foreach (LearningPart part in Parts)
            part.Dispose();
    }

    private Adam Optimizer(ParameterStore store) => new(store.Parameters, new()
    {
        LearningRate = _recipe.LearningRate, Beta1 = 0.8, Beta2 = 0.99, WeightDecay = 0.01,
    });

    private Tensor JudgesLoss(Tensor recorded, Tensor made) =>
        Discriminators.LossOfJudges(_discriminators.Judge(recorded), _discriminators.Judge(made));

    private LossTerm[] MakerTerms(Tensor recorded, Tensor made)
    {
        Judgement real;
        using (new NoGrad())
            real = _discriminators.Judge(recorded);
        Judgement fake = _discriminators.Judge(made);
        return
        [
            new((_mel.Of(recorded) - _mel.Of(made)).Abs().Mean(), LossUnit.Utterance, MelWeight),
            new(Discriminators.FeatureDistance(real, fake), LossUnit.Utterance, FeatureWeight),
            new(Discriminators.LossOfMaker(fake), LossUnit.Utterance),
        ];
    }
}
