using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Judges;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation;

/// <summary>How a recognizer is trained.</summary>
public sealed record RecognizerTrainingConfig
{
    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; } = 8000;

    /// <summary>Utterances in a step.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Utterances of each speaker in each accent that are heard in an epoch, at most.</summary>
    public int MostOfOne { get; init; } = int.MaxValue;

    /// <summary>Highest step size; it rises over a twentieth of the steps and falls along a cosine to 0.</summary>
    public double LearningRate { get; init; } = 1.5e-3;

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Whether convolutions compute in bfloat16: faster where the processor has instructions for it.</summary>
    public bool BFloat16 { get; init; }

    /// <summary>Decides start, order, changes of the mels and dropout.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The network's sizes.</summary>
    public RecognizerConfig Network { get; init; } = new();

    /// <summary>How mels are changed before the network hears them.</summary>
    public MelAugmentationConfig Augmentation { get; init; } = new();
}

/// <summary>Where a training stands.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Loss">Loss for each token said, averaged over the steps since the last report.</param>
/// <param name="Watched">Error rate on the watched utterances, of the recognizer as it is.</param>
public sealed record RecognizerProgress(int Step, double Loss, ErrorRate Watched);

/// <summary>Teaches a recognizer from prepared data.</summary>
public static class RecognizerTraining
{
    /// <summary>Trains from the corpus's training part; its test part is never looked at.</summary>
    /// <param name="corpus">Prepared data.</param>
    /// <param name="config">How.</param>
    /// <param name="start">A recognizer to go on from, with a fresh optimizer; null starts from nothing.</param>
    /// <param name="report">Told after every epoch's worth of steps, and after the last step.</param>
    /// <param name="cancel">Stops between two steps.</param>
    /// <returns>The recognizer: <paramref name="start"/> where one was given. The caller disposes of it.</returns>
    public static Recognizer Run(
        PreparedCorpus corpus, RecognizerTrainingConfig config, Recognizer? start,
        Action<Recognizer, RecognizerProgress> report, CancellationToken cancel)
    {
        RecognizerBatches batches = new(corpus, config.Augmentation);
        start?.Demand(corpus.Info.Mel);
        Recognizer recognizer = start ?? Fresh(corpus, config, batches);
        recognizer.Store.UseBFloat16 = config.BFloat16;
        Random random = new(config.Seed);
        int epoch = Math.Max(1, batches.TrainingUtterances / config.Batch);
        using IEnumerator<int[]> order = batches.Order(config.Batch, config.MostOfOne, random).GetEnumerator();
        new JudgeSteps(config.Steps, config.LearningRate, config.WeightDecay).Run(
            recognizer.Store, epoch,
            () => order.MoveNext() ? Loss(recognizer, batches.Augmented(order.Current, random)) : throw NoData(corpus),
            (step, loss) => report(recognizer, new(step, loss, Watch(recognizer, corpus, batches.Watched))), cancel);
        return recognizer;
    }

    private static Recognizer Fresh(PreparedCorpus corpus, RecognizerTrainingConfig config, RecognizerBatches batches)
    {
        Recognizer recognizer = new(config.Network, corpus.Info.Mel, (ulong)config.Seed);
        var (mean, deviation) = batches.Statistics();
        recognizer.Network.Standardize(mean, deviation);
        return recognizer;
    }

    private static Tensor Loss(Recognizer recognizer, RecognizerBatch batch)
    {
        (Tensor phones, Tensor tones) = recognizer.Network.Forward(batch.Mel, batch.Frames);
        int[] lengths = [.. batch.Frames.Select(RecognizerNetwork.Outputs)];
        int tokens = batch.Said.Sum(said => said.Phones.Count + said.Tones.Count);
        return (CtcLoss.Of(phones, lengths, [.. batch.Said.Select(said => said.Phones)])
            + CtcLoss.Of(tones, lengths, [.. batch.Said.Select(said => said.Tones)])) / tokens;
    }

    private static UserException NoData(PreparedCorpus corpus) => new(
        "there is nothing to learn from", corpus.Folder, "give data with a training part");

    private static ErrorRate Watch(Recognizer recognizer, PreparedCorpus corpus, IReadOnlyList<int> utterances) =>
        ErrorRate.Over(
        [
            .. utterances.Select(k => TokenErrors.Between(
                RecognizerSymbols.Of(corpus.Utterances[k].Reading), recognizer.Hear(corpus.Mel(k))).All),
        ]);
}
