using Kouyin.Speech.Data;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>Teaches an accent classifier from prepared data, a network for each fold.</summary>
public static class AccentTraining
{
    private const double Smoothing = 0.1;

    private static readonly MelAugmentationConfig Augmentation = new()
    {
        Speed = 0.15, Channel = 0.8, Warp = 0.12, Noise = 0.2,
    };

    /// <summary>Trains from the corpus's training part; its test part is never looked at.</summary>
    /// <param name="corpus">Prepared data.</param>
    /// <param name="config">How each fold is trained; each has its own seed, from the config's on.</param>
    /// <param name="folds">Of each fold the speakers left out; a * at a name's end stands for anything.</param>
    /// <param name="report">Told the step, counted through all folds, and the mean loss, now and then.</param>
    /// <param name="cancel">Stops between two steps.</param>
    /// <returns>The classifier; the caller disposes of it.</returns>
    /// <exception cref="UserException">A fold has one accent or none left.</exception>
    public static AccentClassifier Run(
        PreparedCorpus corpus, JudgeTrainingConfig config, IReadOnlyList<IReadOnlyList<string>> folds,
        Action<AccentClassifier, int, double> report, CancellationToken cancel)
    {
        JudgeCrops crops = new(corpus, withPitch: true);
        string[] accents = [.. corpus.Info.Accents.Order(StringComparer.Ordinal)];
        JudgeGroup[][] groups =
        [
            .. folds.Select(left => JudgeGroup.Of(
                corpus, u => u.Split == Split.Train && !left.Any(name => Matches(name, u.Speaker)))),
        ];
        foreach ((JudgeGroup[] fold, int k) in groups.Select((fold, k) => (fold, k)))
        {
            if (fold.Select(group => group.Accent).Distinct().Count() < 2)
                throw new UserException(
                    $"fold {k + 1} has no two accents to tell apart", "--fold", "leave fewer speakers out");
        }
        string about = $"{config.Steps} steps a fold, seeds from {config.Seed}, {corpus.Utterances.Count} utterances";
        AccentInfo info = new(
            config.Network with { Inputs = crops.Width }, corpus.Info.MelHash, accents,
            [.. groups.Select(fold => (IReadOnlyList<string>)[.. fold.Select(group => group.Speaker).Distinct()])],
            about);
        AccentClassifier classifier = new(
            info, [.. folds.Select((_, k) => ParameterStore.Fresh((ulong)(config.Seed + k)))]);
        for (int k = 0; k < folds.Count; k++)
        {
            int before = k * config.Steps;
            Train(corpus, config with { Seed = config.Seed + k }, groups[k], classifier.Folds[k], info, crops,
                (step, loss) => report(classifier, before + step, loss), cancel);
        }
        return classifier;
    }

    private static void Train(
        PreparedCorpus corpus, JudgeTrainingConfig config, JudgeGroup[] groups, AccentClassifier.Fold network,
        AccentInfo info, JudgeCrops crops, Action<int, double> report, CancellationToken cancel)
    {
        MelAugmentation augmentation = new(Augmentation, corpus.Info.Mel.Bands);
        Random random = new(config.Seed);
        GroupDraw[] byAccent = [.. groups.GroupBy(group => group.Accent).Select(group => new GroupDraw([.. group]))];
        new JudgeSteps(config.Steps, config.LearningRate, WeightDecay: 0.05).Run(
            network.Store, config.ReportEvery,
            () =>
            {
                JudgeGroup[] drawn =
                    [.. Enumerable.Range(0, config.Batch).Select(k => byAccent[k % byAccent.Length].Next(random))];
                (Tensor batch, int[] frames) = JudgeCrops.Batch(
                    [.. drawn.Select(group => crops.Draw(group, augmentation, random))], crops.Width);
                return Loss(network.Forward(batch, frames), [.. drawn.Select(group => Accent(info, group))]);
            },
            report, cancel);
    }

    private static int Accent(AccentInfo info, JudgeGroup group) => info.Accents.ToList().IndexOf(group.Accent);

    /// <summary>Cross entropy, with a little of each accent's probability meant for the others.</summary>
    private static Tensor Loss(Tensor scores, int[] accents)
    {
        var (batch, count) = scores.Sizes2("[B, A]");
        float[] meant = new float[batch * count];
        Array.Fill(meant, (float)(Smoothing / count));
        for (int item = 0; item < batch; item++)
            meant[item * count + accents[item]] += (float)(1 - Smoothing);
        return -(scores.LogSoftmax(-1) * Tensor.From<float>(meant, batch, count)).Sum() / batch;
    }

    private static bool Matches(string name, string speaker) => name.EndsWith('*')
        ? speaker.StartsWith(name[..^1], StringComparison.Ordinal)
        : speaker == name;
}
