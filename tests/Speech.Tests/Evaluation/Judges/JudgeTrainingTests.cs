using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Judges;
using Kouyin.Speech.Tests.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Evaluation.Judges;

/// <summary>Four speakers, each another chord; two accents, told by a warble. Speakers of an accent share nothing else.
/// </summary>
public sealed class JudgeTrainingTests : IDisposable
{
    private static readonly JudgeTrainingConfig Config = new()
    {
        Steps = 40, Batch = 8, LearningRate = 5e-3, ReportEvery = 10,
        Network = new() { Width = 16, Dilations = [1, 2], Embedding = 8, Dropout = 0 },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_verifier_learns_to_tell_speakers_apart_and_hears_the_same_after_saving()
    {
        using PreparedCorpus corpus = Corpus();
        List<double> losses = [];
        long before = Engine.LiveTensors;
        using (SpeakerVerifier verifier = SpeakerTraining.Run(
            corpus, Config, (_, _, loss) => losses.Add(loss), CancellationToken.None))
        {
            verifier.Save(_folder["judge"]);
            using SpeakerVerifier again = SpeakerVerifier.Load(_folder["judge"]);
            JudgeTrials trials = new(corpus, all: true);

            Assert.True(losses[^1] < 0.5 * losses[0], $"{losses[0]} to {losses[^1]}");
            Assert.InRange(trials.Speakers(verifier).Rate.Rate, 0, 0.1);
            Assert.Equal(4, again.Info.Speakers.Count);
            Assert.True(SpeakerVerifier.Cosine(
                verifier.EmbedMel(corpus.Mel(0)), again.EmbedMel(corpus.Mel(0))) > 0.999);
            Assert.Throws<UserException>(() => verifier.Demand(MelConfig.Log16k));
            Assert.Throws<UserException>(() => AccentClassifier.Load(_folder["judge"]));
        }
        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void The_same_seed_learns_the_same()
    {
        using PreparedCorpus corpus = Corpus();
        double Loss(int seed)
        {
            double last = 0;
            using SpeakerVerifier verifier = SpeakerTraining.Run(
                corpus, Config with { Steps = 2, Seed = seed }, (_, _, loss) => last = loss, CancellationToken.None);
            return last;
        }

        Assert.Equal(Loss(1), Loss(1));
        Assert.NotEqual(Loss(1), Loss(2));
    }

    [Fact]
    public void A_speaker_is_judged_by_networks_that_never_heard_him()
    {
        using PreparedCorpus corpus = Corpus();
        using AccentClassifier classifier = AccentTraining.Run(
            corpus, Config, [["A", "C"], ["B", "D"]], (_, _, _) => { }, CancellationToken.None);
        classifier.Save(_folder["judge"]);
        using AccentClassifier again = AccentClassifier.Load(_folder["judge"]);
        float[] features = new float[50 * 82];

        Assert.Equal([["B", "D"], ["A", "C"]], classifier.Info.Folds);
        Assert.Equal(1, again.Probabilities(features, "A").Sum(), 1e-5);
        Assert.Equal(4, new JudgeTrials(corpus, all: true).Accents(again).Speakers.Count);
        double a = again.Probabilities(features, "A")[0], b = again.Probabilities(features, "B")[0];
        Assert.NotEqual(a, b);
        Assert.True(a.CompareTo(again.Probabilities(features, "X")[0]) * b.CompareTo(
            again.Probabilities(features, "X")[0]) < 0, "a stranger is judged by both, so between the two");
    }

    [Fact]
    public void A_fold_with_one_accent_and_a_speaker_whom_all_heard_are_refused()
    {
        using PreparedCorpus corpus = Corpus();

        Assert.Contains("no two accents", Assert.Throws<UserException>(() => AccentTraining.Run(
            corpus, Config, [["A", "B*"]], (_, _, _) => { }, CancellationToken.None)).What, StringComparison.Ordinal);
        using AccentClassifier classifier = AccentTraining.Run(
            corpus, Config with { Steps = 1 }, [["A"]], (_, _, _) => { }, CancellationToken.None);
        Assert.False(classifier.CanJudge("B"));
        Assert.Throws<UserException>(() => classifier.Probabilities(new float[50 * 82], "B"));
    }

    private PreparedCorpus Corpus()
    {
        List<string> lines = [];
        (string Name, double Hertz, string Accent)[] speakers =
            [("A", 220, "north"), ("B", 500, "north"), ("C", 1100, "south"), ("D", 2600, "south")];
        foreach (var (name, hertz, accent) in speakers)
        {
            for (int k = 0; k < 6; k++)
            {
                float[] chord = Tones.Sine(hertz, 22050, 30000, 0.2);
                float[] upper = Tones.Sine(hertz * 1.5, 22050, 30000, 0.2);
                for (int i = 0; i < chord.Length; i++)
                    chord[i] = (chord[i] + upper[i]) * (accent == "north" || i / 2205 % 2 == 0 ? 1 : 0.05f)
                        * (i % 10000 < 10000 - 250 * k ? 1 : 0.5f);
                WavFile.Write(_folder[$"{name}{k}.wav"], new(chord, 22050));
                lines.Add($"{name}{k}.wav|guang3 zhou1|{name}|{accent}");
            }
        }
        File.WriteAllLines(_folder["list.txt"], lines);
        Preparation.Run(
            new() { Corpora = [_folder["list.txt"]], Rules = new() { TestPercent = 0 } }, _folder["prepared"]);
        return PreparedCorpus.Open(_folder["prepared"]);
    }
}
