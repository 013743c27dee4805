using Kouyin.Speech.Data;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

/// <summary>Vectors of speakers and accents that lie beside the data: into the model, untouched, and into the voice.
/// </summary>
public sealed class GivenVectorsTests : IDisposable
{
    private const string Dual = """
        {
          "model": {
            "encoder": {
              "layer": "conformer", "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 2, "conv_kernel": 5,
              "accent_norm": [0], "speaker_norm": [1]
            },
            "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 },
            "speaker": { "source": "vector", "width": 3 }, "accent": { "source": "vector", "width": 2 },
            "decoder_conditioning": { "speaker": "none" }, "segment_frames": 16
          },
          "batch_utterances": 2, "steps": 4, "learning_rate": 1e-2, "average_decay": 0.9
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly PreparedCorpus _corpus;

    public GivenVectorsTests()
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
    public void They_reach_the_voice_as_they_were_given()
    {
        SaveVectors(speakerWidth: 3);

        Train(2, resume: false);
        Train(2, resume: true);

        using TensorScope scope = new();
        using SafeTensors file = SafeTensors.Open(Path.Combine(_folder["run"], VoiceFile.Name));
        Assert.Equal(_corpus.TrainingSpeakers.SelectMany((_, k) => Speaker(k, 3)), Values(file, "spk_emb.weight"));
        Assert.Equal(_corpus.TrainingAccents.SelectMany((_, k) => Accent(k)), Values(file, "acc_emb.weight"));
    }

    [Fact]
    public void The_voice_speaks_every_speaker_in_every_accent_and_no_other()
    {
        SaveVectors(speakerWidth: 3);
        Train(1, resume: false);

        using Voice voice = Voice.Open(_folder["run"]);
        using TensorScope scope = new();
        string[] phones = ["sil", "h", "ao3", "sil"];
        Assert.Equal(_corpus.TrainingAccents, voice.Info.Accents);
        foreach (string speaker in _corpus.TrainingSpeakers)
        {
            foreach (string accent in _corpus.TrainingAccents)
                Assert.True(voice.Speak(phones, new() { Speaker = speaker, Accent = accent }).Mel.AllFinite());
        }
        UserException e = Assert.Throws<UserException>(() => voice.Speak(phones, new() { Accent = "martian" }));
        Assert.Contains(voice.Info.Accents[0], e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_one_kind_keeps_the_other()
    {
        SaveVectors(speakerWidth: 3);

        SaveSpeakers(width: 1);

        string first = _corpus.TrainingAccents[0];
        Assert.Equal(Accent(0), PreparedVectors.Load(_folder["data"], VectorOf.Accent, [first], 2));
    }

    [Fact]
    public void What_is_missing_or_has_another_width_is_one_error()
    {
        UserException none = Assert.Throws<UserException>(() => Train(1, resume: false));
        SaveVectors(speakerWidth: 5);
        UserException wide = Assert.Throws<UserException>(() => Train(1, resume: false));

        Assert.Contains("which has none", none.What, StringComparison.Ordinal);
        Assert.Contains("5 wide", wide.What, StringComparison.Ordinal);
        Assert.Contains("model.speaker.width", wide.Fix, StringComparison.Ordinal);
    }

    private void SaveVectors(int speakerWidth)
    {
        SaveSpeakers(speakerWidth);
        PreparedVectors.Save(
            _folder["data"], VectorOf.Accent,
            _corpus.TrainingAccents.Select((name, k) => (name, k)).ToDictionary(a => a.name, a => Accent(a.k)));
    }

    private void SaveSpeakers(int width) => PreparedVectors.Save(
        _folder["data"], VectorOf.Speaker,
        _corpus.TrainingSpeakers.Select((name, k) => (name, k)).ToDictionary(s => s.name, s => Speaker(s.k, width)));

    private static float[] Speaker(int id, int width) =>
        [.. Enumerable.Range(0, width).Select(k => 0.1f * k - 0.3f * id)];

    private static float[] Accent(int id) => [1 + id, -0.25f];

    private static float[] Values(SafeTensors file, string name) => file.Values<float>(name).ToArray();

    private void Train(int steps, bool resume)
    {
        using Trainer trainer = Trainer.Open(Recipe.Parse(Dual, "test"), _corpus, _folder["run"], resume);
        for (int k = 0; k < steps; k++)
            trainer.Next();
        trainer.Save();
    }
}
