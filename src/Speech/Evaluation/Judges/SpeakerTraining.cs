using Kouyin.Speech.Data;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>How judges of speakers and accents are trained.</summary>
public sealed record JudgeTrainingConfig
{
    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; } = 800;

    /// <summary>Stretches in a step.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Highest step size; it rises over a twentieth of the steps and falls along a cosine to 0.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Steps between two reports.</summary>
    public int ReportEvery { get; init; } = 50;

    /// <summary>Decides start, draws, changes of the mels and dropout.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The network's sizes; its inputs follow from what is judged.</summary>
    public PoolingConfig Network { get; init; } = new();
}

/// <summary>Teaches a speaker verifier from prepared data.</summary>
public static class SpeakerTraining
{
    private static readonly MelAugmentationConfig Augmentation = new() { Speed = 0.1, Channel = 0.7, Noise = 0.2 };

    /// <summary>Trains from the corpus's training part; its test part is never looked at.</summary>
    /// <param name="corpus">Prepared data.</param>
    /// <param name="config">How.</param>
    /// <param name="report">Told the step and the mean loss, now and then and at the end.</param>
    /// <param name="cancel">Stops between two steps.</param>
    /// <returns>The verifier; the caller disposes of it.</returns>
    public static SpeakerVerifier Run(
        PreparedCorpus corpus, JudgeTrainingConfig config, Action<SpeakerVerifier, int, double> report,
        CancellationToken cancel)
    {
        JudgeGroup[] groups = JudgeGroup.Of(corpus, u => u.Split == Split.Train);
        string[] speakers = [.. groups.Select(group => group.Speaker).Distinct()];
        JudgeCrops crops = new(corpus, withPitch: false);
        PoolingConfig network = config.Network with { Inputs = crops.Width };
        double seconds = corpus.Info.Speakers.Sum(speaker => speaker.TrainSeconds);
        string about = $"{config.Steps} steps, seed {config.Seed}, on {seconds:0} s";
        SpeakerVerifier verifier = new(
            new(network, corpus.Info.MelHash, speakers, about), ParameterStore.Fresh((ulong)config.Seed));
        MarginLoss loss = new(verifier.Store.Root / "loss", speakers.Length, network.Embedding);
        MelAugmentation augmentation = new(Augmentation, corpus.Info.Mel.Bands);
        Random random = new(config.Seed);
        GroupDraw draw = new(groups);
        new JudgeSteps(config.Steps, config.LearningRate).Run(
            verifier.Store, config.ReportEvery,
            () =>
            {
                JudgeGroup[] drawn = [.. Enumerable.Range(0, config.Batch).Select(_ => draw.Next(random))];
                (Tensor batch, int[] frames) = JudgeCrops.Batch(
                    [.. drawn.Select(group => crops.Draw(group, augmentation, random))], crops.Width);
                return loss.Of(
                    verifier.Network.Forward(batch, frames),
                    [.. drawn.Select(group => Array.IndexOf(speakers, group.Speaker))]);
            },
            (step, mean) => report(verifier, step, mean), cancel);
        return verifier;
    }
}

/// <summary>
/// Draws groups as often as the square root of what they have, so that no speaker drowns the others.
/// </summary>
internal sealed class GroupDraw
{
    private readonly JudgeGroup[] _groups;
    private readonly double[] _upTo;

    public GroupDraw(JudgeGroup[] groups)
    {
        _groups = groups;
        double sum = 0;
        _upTo = [.. groups.Select(group => sum += Math.Sqrt(group.Utterances.Length))];
    }

    public JudgeGroup Next(Random random)
    {
        int place = Array.BinarySearch(_upTo, random.NextDouble() * _upTo[^1]);
        return _groups[place < 0 ? ~place : Math.Min(place + 1, _groups.Length - 1)];
    }
}
