using Kouyin.Speech.Data;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;
using Kouyin.Speech.Voices;

namespace Kouyin.Speech.Tests.Voices;

public sealed class TeacherForcingTests : IDisposable
{
    private const string Small = """
        {
          "model": {
            "encoder": { "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 1 },
            "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 }, "segment_frames": 16
          },
          "batch_utterances": 2, "steps": 1
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Known_speakers_get_the_voice_s_mels_frame_by_frame_beside_their_sound()
    {
        PreparationRules rules = new() { KeepAudio = true };
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)], Rules = rules }, _folder["data"]);
        using PreparedCorpus recorded = PreparedCorpus.Open(_folder["data"]);
        using Voice voice = Train(recorded);

        int count = TeacherForcing.Run(recorded, voice, _folder["taught"], overwrite: false);

        using PreparedCorpus taught = PreparedCorpus.Open(_folder["taught"]);
        Assert.Equal(3, count); // SSB0003, of the test part, is nobody that the voice knows
        Assert.Equal(recorded.Utterances.Count, taught.Utterances.Count);
        for (int k = 0; k < taught.Utterances.Count; k++)
        {
            bool known = taught.Utterances[k].Speaker != "SSB0003";
            Assert.Equal(recorded.Utterances[k].Frames, taught.Utterances[k].Frames);
            Assert.Equal(recorded.Samples(k).ToArray(), taught.Samples(k).ToArray());
            Assert.Equal(recorded.Mel(k).Length, taught.Mel(k).Length);
            Assert.Equal(known, !recorded.Mel(k).SequenceEqual(taught.Mel(k)));
        }
    }

    private Voice Train(PreparedCorpus corpus)
    {
        using Trainer trainer = Trainer.Open(Recipe.Parse(Small, "test"), corpus, _folder["run"], resume: false);
        trainer.Next();
        trainer.Save();
        return Voice.Open(_folder["run"]);
    }
}
