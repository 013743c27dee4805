using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Torch;
using Kouyin.Torch.Layers;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>Teaches a HiFi-GAN generator against its discriminators.</summary>
/// <remarks>Kong, Kim, Bae 2020, "HiFi-GAN", sections 2.4 and 3, equations 1 to 7.</remarks>
internal sealed class HiFiGanLearner : ILearner
{
    private const double MelWeight = 45, FeatureWeight = 2;

    private readonly Recipe _recipe;
    private readonly PreparedCorpus _corpus;
    private readonly HiFiGanConfig _config;
    private readonly VocoderBatches _batches;
    private readonly HiFiGan _generator;
    private readonly Discriminators _discriminators;
    private readonly LogMel _mel;
    private readonly LearningPart _maker, _judges;

    public HiFiGanLearner(Recipe recipe, PreparedCorpus corpus, LearningStart start)
    {
        VocoderRecipe vocoder = recipe.Vocoder!;
        (_recipe, _corpus, _config) = (recipe, corpus, vocoder.HifiGan!);
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
    }

    public IReadOnlyList<LearningPart> Parts => [_maker, _judges];

    public IReadOnlyList<string> LossNames { get; } = ["mel", "feature", "maker", "judges"];

    public IReadOnlyList<string> NormNames { get; } = ["norm", "judges_norm"];

    public string ProductName => VocoderFile.Name;

    public IReadOnlyList<int[]> Epoch(int epoch) => _batches.Epoch(epoch);

    public StepReport Step(int[] utterances, Generator random, long step)
    {
        VocoderRecipe vocoder = _recipe.Vocoder!;
        foreach (LearningPart part in Parts)
            part.Store.Training = true;
        VocoderBatch batch = _batches.Of(utterances, step, vocoder.Resample, _maker.Store.Device);
        Tensor made = _generator.Forward(batch.Mel);
        double rate = _recipe.RateAt(step);
        var (judged, judgesNorm) = TeachJudges(batch.Signal, made.StopGradient(), rate, step, utterances);

        Tensor[] losses = MakerLosses(batch.Signal, made);
        double[] values = [.. Values(losses), judged];
        FiniteLoss.Demand(values, step, utterances, _corpus);
        _maker.Store.ClearGradients();
        (losses[0] * MelWeight + losses[1] * FeatureWeight + losses[2]).Backward();
        double norm = GradientClip.ToNorm(_maker.Store.Parameters.Values, _recipe.GradientLimit);
        _maker.Optimizer.Step(rate);
        _maker.Average?.Update(step);
        return new(step, values, [norm, judgesNorm], (long)utterances.Length * vocoder.SegmentFrames);
    }

    public double[]? Evaluate()
    {
        foreach (LearningPart part in Parts)
            part.Store.Training = false;
        return _batches.Measure(_maker.Store.Device, batch =>
        {
            Tensor made = _generator.Forward(batch.Mel);
            Tensor judged = Discriminators.LossOfJudges(
                _discriminators.Judge(batch.Signal), _discriminators.Judge(made));
            return [.. Values(MakerLosses(batch.Signal, made)), judged.Item()];
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
        foreach (LearningPart part in Parts)
            part.Dispose();
    }

    private Adam Optimizer(ParameterStore store) => new(store.Parameters, new()
    {
        LearningRate = _recipe.LearningRate, Beta1 = 0.8, Beta2 = 0.99, WeightDecay = 0.01,
    });

    private (double Loss, double Norm) TeachJudges(
        Tensor recorded, Tensor made, double rate, long step, int[] utterances)
    {
        using TensorScope scope = new();
        Tensor loss = Discriminators.LossOfJudges(_discriminators.Judge(recorded), _discriminators.Judge(made));
        double value = loss.Item();
        FiniteLoss.Demand([value], step, utterances, _corpus);
        _judges.Store.ClearGradients();
        loss.Backward();
        double norm = GradientClip.ToNorm(_judges.Store.Parameters.Values, _recipe.GradientLimit);
        _judges.Optimizer.Step(rate);
        return (value, norm);
    }

    private Tensor[] MakerLosses(Tensor recorded, Tensor made)
    {
        Judgement real;
        using (new NoGrad())
            real = _discriminators.Judge(recorded);
        Judgement fake = _discriminators.Judge(made);
        return
        [
            (_mel.Of(recorded) - _mel.Of(made)).Abs().Mean(), Discriminators.FeatureDistance(real, fake),
            Discriminators.LossOfMaker(fake),
        ];
    }

    private static double[] Values(Tensor[] losses) =>
        Array.ConvertAll(Tensor.Stack(0, losses).ToArray(), value => (double)value);
}
