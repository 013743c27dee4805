using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Accent;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

/// <summary>Training with accent tokens and an adversary, and the voice that comes of it.</summary>
public sealed class AccentTrainingTests : IDisposable
{
    private const string Small = """
        {
          "model": {
            "encoder": { "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 1, "accent_norm": [0] },
            "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 },
            "decoder_conditioning": { "speaker": "film" }, "speaker": { "width": 4 },
            "accent": {
              "source": "tokens", "tokens": 3, "width": 8, "heads": 2, "token_width": 4, "loss": "weights",
              "class_balance": true
            },
            "adversary": { "on": "reference", "hidden": 16, "learning_rate_factor": 2 },
            "segment_frames": 16, "normalize_mel": true
          },
          "batch_frames": 400, "batch_utterances": 4, "steps": 8, "learning_rate": 1e-3, "average_decay": 0.9
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly PreparedCorpus _corpus;

    public AccentTrainingTests()
    {
        Engine.Threads = 1;
        List<string> lines = [];
        foreach (var (speaker, accent) in (ReadOnlySpan<(string, string)>)
            [("A", "north"), ("B", "north"), ("C", "north"), ("D", "south"), ("E", "south"), ("F", "west")])
        {
            for (int k = 0; k < 3; k++)
            {
                SmallCorpus.AddSound(_folder, $"{speaker}/{speaker}{k}{new string('x', k)}.wav", 16000, 0.5 + 0.1 * k);
                lines.Add($"{speaker}/{speaker}{k}{new string('x', k)}.wav|hao3|{speaker}|{accent}");
            }
        }
        _folder.Write("list.txt", string.Join('\n', lines));
        Preparation.Run(
            new() { Corpora = [_folder["list.txt"]], Rules = new() { TestPercent = 0 } }, _folder["data"]);
        _corpus = PreparedCorpus.Open(_folder["data"]);
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit()
    {
        Steps("whole", 6, resume: false);
        Steps("parts", 2, resume: false);
        Steps("parts", 4, resume: true);

        Assert.Equal(Bytes("whole", Trainer.CheckpointName), Bytes("parts", Trainer.CheckpointName));
        Assert.Equal(Bytes("whole", VoiceFile.Name), Bytes("parts", VoiceFile.Name));
    }

    [Fact]
    public void The_losses_are_told_by_name_and_the_adversary_stays_behind()
    {
        Steps("run", 1, resume: false);
        using Trainer trainer = Trainer.Open(Recipe.Parse(Small, "test"), _corpus, _folder["run"], resume: true);
        using SafeTensors checkpoint = SafeTensors.Open(Path.Combine(_folder["run"], Trainer.CheckpointName));
        using SafeTensors voice = SafeTensors.Open(Path.Combine(_folder["run"], VoiceFile.Name));

        Assert.Equal(["duration", "prior", "decoder", "accent", "adversary"], trainer.LossNames);
        Assert.Contains(checkpoint.Entries, e => e.Name.StartsWith("adversary.model.", StringComparison.Ordinal));
        Assert.DoesNotContain(voice.Entries, e => e.Name.Contains("adversary", StringComparison.Ordinal));
    }

    [Fact]
    public void A_voice_speaks_every_accent_by_the_mean_of_its_speakers()
    {
        Steps("run", 2, resume: false);
        using Voice voice = Voice.Open(_folder["run"]);
        using TensorScope scope = new();

        float[][] mels = [.. voice.Info.Accents.Select(accent =>
            voice.Speak(["sil", "h", "ao3", "sil"], new() { Accent = accent }).Mean.ToArray())];
        float[] heard = Remembered(_folder["run"], "accent_memory.means");
        float[][] north = [.. new[] { "A", "B", "C" }.Select(speaker => MeanHeard(voice, speaker))];

        Assert.Equal(["north", "south", "west"], voice.Info.Accents);
        Assert.NotEqual(mels[0], mels[1]);
        Assert.NotEqual(mels[1], mels[2]);
        for (int k = 0; k < 8; k++)
            Assert.Equal(north.Average(style => style[k]), heard[k], 1e-5);
    }

    [Fact]
    public void A_voice_hears_a_file_as_its_training_did()
    {
        Steps("run", 1, resume: false);
        using Voice voice = Voice.Open(_folder["run"]);

        for (int k = 0; k < _corpus.Utterances.Count; k++)
        {
            float[] mel = voice.Info.Recordings.Mel(SoundFile.Read(_corpus.Utterances[k].AudioPath), voice.Info.Mel);
            Assert.Equal(_corpus.Mel(k).ToArray(), mel);
        }
    }

    [Fact]
    public void A_recording_of_one_accent_makes_another_speaker_speak_it()
    {
        Steps("run", 2, resume: false);
        using Voice voice = Voice.Open(_folder["run"]);
        using TensorScope scope = new();
        string[] phones = ["sil", "h", "ao3", "sil"];

        float[] style = voice.Hear(SoundFile.Read(_corpus.Utterances[^1].AudioPath));
        float[] taken = voice.Speak(phones, new() { Speaker = "A", Style = style }).Mean.ToArray();

        Assert.Equal(8, style.Length);
        Assert.NotEqual(voice.Speak(phones, new() { Speaker = "A" }).Mean.ToArray(), taken);
    }

    [Fact]
    public void A_voice_that_only_copies_recordings_asks_for_one()
    {
        Steps("run", 1, resume: false, Small.Replace("\"loss\"", "\"inference\": \"clip\", \"loss\""));
        using Voice voice = Voice.Open(_folder["run"]);
        using TensorScope scope = new();

        UserException e = Assert.Throws<UserException>(() => voice.Speak(["sil", "sil"], new()));

        Assert.Equal("--reference", e.Where);
    }

    [Fact]
    public void With_a_pool_the_seed_chooses_the_recording()
    {
        Steps("run", 1, resume: false, Small.Replace("\"loss\"", "\"inference\": \"pool\", \"loss\""));
        using Voice voice = Voice.Open(_folder["run"]);
        using TensorScope scope = new();

        float[][] said = [.. Enumerable.Range(0, 4).Select(seed =>
            voice.Speak(["sil", "h", "ao3", "sil"], new() { Seed = seed }).Mean.ToArray())];

        Assert.NotEqual(said[0], said[1]);
        Assert.Equal(said[1], voice.Speak(["sil", "h", "ao3", "sil"], new() { Seed = 1 }).Mean.ToArray());
    }

    [Fact]
    public void References_are_of_the_same_accent_and_another_speaker_where_there_is_one()
    {
        AccentReferences references = new(_corpus, ReferenceChoice.SameAccent, seed: 3);
        int[] all = [.. Enumerable.Range(0, _corpus.Utterances.Count)];
        HashSet<int> chosen = [];

        for (int step = 1; step <= 40; step++)
        {
            int[] heard = references.Of(all, step);
            Assert.Equal(heard, new AccentReferences(_corpus, ReferenceChoice.SameAccent, seed: 3).Of(all, step));
            Assert.All(all, k => Assert.Equal(_corpus.Utterances[k].Accent, _corpus.Utterances[heard[k]].Accent));
            Assert.All(all, k => Assert.Equal(
                _corpus.Utterances[k].Accent == "west", // of whom there is but one speaker
                _corpus.Utterances[k].Speaker == _corpus.Utterances[heard[k]].Speaker));
            Assert.All(all, k => Assert.NotEqual(k, heard[k]));
            chosen.UnionWith(heard);
        }

        Assert.Equal(all.Length, chosen.Count); // every one is heard sooner or later
    }

    [Fact]
    public void The_log_s_reference_is_the_utterance_itself_and_a_pool_s_one_of_a_few()
    {
        int[] all = [.. Enumerable.Range(0, _corpus.Utterances.Count)];
        AccentReferences pool = new(_corpus, ReferenceChoice.ClassPool, seed: 3);

        Assert.Equal(all, new AccentReferences(_corpus, ReferenceChoice.Target, seed: 3).Of(all, 5));
        foreach (string accent in _corpus.TrainingAccents)
        {
            int[] few = pool.Representatives(accent);
            Assert.Equal(few.Length, few.Distinct().Count());
            Assert.All(few, k => Assert.Equal(accent, _corpus.Utterances[k].Accent));
            int[] of = [.. all.Where(k => _corpus.Utterances[k].Accent == accent)];
            Assert.All(pool.Of(of, 7), k => Assert.Contains(k, few));
        }
    }

    [Fact]
    public void An_adversary_with_nobody_to_tell_apart_is_refused()
    {
        using TemporaryFolder folder = new();
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(folder)] }, folder["data"]);
        using PreparedCorpus corpus = PreparedCorpus.Open(folder["data"]);
        Recipe recipe = Recipe.Parse(Small.Replace("\"tokens\": 3", "\"tokens\": 2"), "test");

        UserException e = Assert.Throws<UserException>(() => Trainer.Open(recipe, corpus, folder["run"], false));

        Assert.Contains("nothing to tell apart", e.What, StringComparison.Ordinal);
    }

    private float[] MeanHeard(Voice voice, string speaker)
    {
        float[][] heard = [.. _corpus.Utterances.Where(u => u.Speaker == speaker)
            .Select(u => voice.Hear(SoundFile.Read(u.AudioPath)))];
        return [.. Enumerable.Range(0, 8).Select(k => heard.Average(style => style[k]))];
    }

    private static float[] Remembered(string run, string name)
    {
        using SafeTensors voice = SafeTensors.Open(Path.Combine(run, VoiceFile.Name));
        return voice.Values<float>(name).ToArray();
    }

    private void Steps(string run, int count, bool resume, string recipe = Small)
    {
        using Trainer trainer = Trainer.Open(Recipe.Parse(recipe, "test"), _corpus, _folder[run], resume);
        for (int k = 0; k < count; k++)
            Assert.All(trainer.Next().Losses, loss => Assert.True(double.IsFinite(loss)));
        trainer.Save();
    }

    private byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(_folder[run], file));
}
