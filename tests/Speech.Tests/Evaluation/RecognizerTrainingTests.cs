using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Judges;
using Kouyin.Speech.Tests.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class RecognizerTrainingTests : IDisposable
{
    private static readonly RecognizerTrainingConfig Config = new()
    {
        Steps = 400,
        Batch = 3,
        LearningRate = 1e-2,
        Network = new() { Width = 24, Dilations = [1, 2], Dropout = 0 },
        Augmentation = new() { Speed = 0.02, Gain = 0.05, Tilt = 0.05, Noise = 0.05, Masks = 0 },
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_learns_to_tell_three_sounds_apart()
    {
        using PreparedCorpus corpus = Corpus();
        List<RecognizerProgress> reports = [];

        using Recognizer recognizer = RecognizerTraining.Run(
            corpus, Config, null, (_, progress) => reports.Add(progress), CancellationToken.None);

        Assert.Equal("g uang / 3", recognizer.Hear(corpus.Mel(0)).ToString());
        Assert.Equal("zh ou / 1", recognizer.Hear(corpus.Mel(1)).ToString());
        Assert.Equal("vn / 4", recognizer.Hear(corpus.Mel(2)).ToString());
        Assert.Equal(400, reports[^1].Step);
        Assert.True(reports[^1].Loss < 0.05 * reports[0].Loss);
    }

    [Fact]
    public void The_same_seed_learns_the_same_and_leaks_nothing()
    {
        using PreparedCorpus corpus = Corpus();
        long before = Engine.LiveTensors;
        RecognizerTrainingConfig brief = Config with { Steps = 4 };

        double[] losses = [Loss(corpus, brief), Loss(corpus, brief), Loss(corpus, brief with { Seed = 2 })];

        Assert.Equal(losses[0], losses[1]);
        Assert.NotEqual(losses[0], losses[2]);
        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void It_goes_on_from_another()
    {
        using PreparedCorpus corpus = Corpus();
        Recognizer first = RecognizerTraining.Run(corpus, Config, null, (_, _) => { }, CancellationToken.None);
        double loss = 0;

        using Recognizer second = RecognizerTraining.Run(
            corpus, Config with { Steps = 1 }, first, (_, progress) => loss = progress.Loss, CancellationToken.None);

        Assert.Same(first, second);
        Assert.True(loss < 0.5, $"{loss}");
    }

    [Fact]
    public void The_step_size_rises_and_falls()
    {
        double[] rates = [.. Enumerable.Range(0, 100).Select(step => JudgeSteps.Schedule(step, 100))];

        Assert.Equal(1, rates[5], 12);
        Assert.Equal(rates.Take(6).Order(), rates.Take(6));
        Assert.Equal(rates.Skip(5).OrderDescending(), rates.Skip(5));
        Assert.InRange(rates[99], 0, 0.001);
    }

    private static double Loss(PreparedCorpus corpus, RecognizerTrainingConfig config)
    {
        double loss = 0;
        using Recognizer recognizer = RecognizerTraining.Run(
            corpus, config, null, (_, progress) => loss = progress.Loss, CancellationToken.None);
        return loss;
    }

    private PreparedCorpus Corpus()
    {
        _folder.Write("corpus/spk-info.txt", "A\tB\tfemale\tnorth\n");
        _folder.Write("corpus/train/content.txt", "A1.wav\t广 guang3\nA2.wav\t州 zhou1\nA3.wav\t韵 yun4\n");
        _folder.Write("corpus/test/content.txt", "");
        foreach (var (name, hertz) in new[] { ("A1", 200), ("A2", 900), ("A3", 3000) })
        {
            Directory.CreateDirectory(_folder["corpus/train/wav/A"]);
            float[] tone = Tones.Sine(hertz, 22050, 8000);
            WavFile.Write(_folder[$"corpus/train/wav/A/{name}.wav"], new(tone, 22050));
        }
        Preparation.Run(new() { Corpora = [_folder["corpus"]] }, _folder["prepared"]);
        return PreparedCorpus.Open(_folder["prepared"]);
    }
}
