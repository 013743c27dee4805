using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Judges;
using Kouyin.Speech.Tests.Data;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Evaluation.Judges;

/// <summary>Vectors of a small corpus, by networks that have learnt nothing: what is fixed all the same.</summary>
public sealed class CorpusVectorsTests : IDisposable
{
    private const int Width = 6, Networks = 2;

    private readonly TemporaryFolder _folder = new();
    private readonly PreparedCorpus _corpus;

    public CorpusVectorsTests()
    {
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)] }, _folder["data"]);
        _corpus = PreparedCorpus.Open(_folder["data"]);
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_training_speaker_has_one_and_each_differs()
    {
        using SpeakerVerifier verifier = new(
            new(Network(_corpus.Info.Mel.Bands), _corpus.Info.MelHash, [], "test"), ParameterStore.Fresh(3));

        IReadOnlyDictionary<string, float[]> vectors = CorpusVectors.Speakers(_corpus, verifier);

        Assert.Equal(_corpus.TrainingSpeakers.Order(), vectors.Keys.Order());
        Assert.All(vectors.Values, vector => Assert.Equal(Width, vector.Length));
        Assert.Equal(vectors.Count, vectors.Values.Select(vector => vector[0]).Distinct().Count());
        Assert.Equal(1, MeanSquare(vectors), 1e-5);
    }

    [Fact]
    public void Each_training_accent_has_one_and_training_reads_them_back()
    {
        using AccentClassifier classifier = new(
            new(
                Network(_corpus.Info.Mel.Bands + JudgeFeatures.OfPitch), _corpus.Info.MelHash, ["a", "b"], [[], []],
                "test"),
            [ParameterStore.Fresh(4), ParameterStore.Fresh(5)]);

        IReadOnlyDictionary<string, float[]> vectors = CorpusVectors.Accents(_corpus, classifier);
        PreparedVectors.Save(_corpus.Folder, VectorOf.Accent, vectors);

        Assert.Equal(_corpus.TrainingAccents.Order(), vectors.Keys.Order());
        Assert.Equal(1, MeanSquare(vectors), 1e-5);
        Assert.Equal(
            _corpus.TrainingAccents.SelectMany(accent => vectors[accent]),
            PreparedVectors.Load(_corpus.Folder, VectorOf.Accent, _corpus.TrainingAccents, Networks * Width));
    }

    private static PoolingConfig Network(int inputs) =>
        new() { Inputs = inputs, Width = 8, Dilations = [1], Embedding = Width, Dropout = 0 };

    private static double MeanSquare(IReadOnlyDictionary<string, float[]> vectors) =>
        vectors.Values.SelectMany(vector => vector).Average(value => (double)value * value);
}
