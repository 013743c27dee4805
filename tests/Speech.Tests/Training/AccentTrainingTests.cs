using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
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

    [Theory]
    [InlineData("reference", "acc_tokens.reference")]
    [InlineData("style", "acc_tokens.reference", "acc_tokens.tokens")]
    [InlineData("mean", "acc_tokens.reference", "acc_tokens.tokens", "encoder")]
    public void An_adversary_moves_what_made_what_it_hears_and_nothing_else(string place, params string[] moved)
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        using Generator random = new(4);
        Recipe recipe = Recipe.Parse(Small.Replace("\"on\": \"reference\"", $"\"on\": \"{place}\""), "test");
        using AccentTeacher teacher = new(recipe, _corpus, new(1, default, null, null, null));
        AcousticModel model = new(store.Root, recipe.Model, VoiceLearner.ShapeOf(recipe, _corpus));
        Shake(store, random);

        teacher.Terms(SomeBatch(teacher), model.Losses(SomeBatch(teacher), random), 1).Last().Value.Backward();

        // The durations' predictor sees a copy that nothing flows back through; half a second is but one row of the
        // recurrent layer, which no state comes before.
        string[] expected = [.. store.Parameters.Keys.Where(name =>
            moved.Any(m => name.StartsWith(m, StringComparison.Ordinal))
            && !name.Contains(".proj_w.") && !name.EndsWith("weight_hh_l0", StringComparison.Ordinal))];
        Assert.Equal(expected, store.Parameters.Where(p => p.Value.Grad?.Abs().Sum().Item() > 0).Select(p => p.Key));
        Assert.All(teacher.Part!.Store.Parameters, p => Assert.True(p.Value.Grad?.Abs().Sum().Item() > 0, p.Key));
    }

    [Fact]
    public void Balanced_accents_count_alike_however_often_they_are_shown()
    {
        using TensorScope scope = new();
        using ParameterStore store = ParameterStore.Fresh(3);
        using Generator random = new(4);
        Recipe recipe = Recipe.Parse(Small, "test");
        using AccentTeacher teacher = new(recipe, _corpus, new(1, default, null, null, null));
        AcousticModel model = new(store.Root, recipe.Model, VoiceLearner.ShapeOf(recipe, _corpus));
        Batch batch = SomeBatch(teacher);

        Losses losses = model.Losses(batch, random);
        double got = teacher.Terms(batch, losses, 1).First().Value.Item();

        float[] weights = [2f / 3, 1, 2]; // of 18 utterances north has 9, south 6, west 3
        float[] accents = losses.Accents!.ToArray();
        Assert.Equal(batch.Accents!.ToArray<long>().Select((a, k) => weights[a] * accents[k]).Average(), got, 1e-5);
    }

    [Theory]
    [InlineData("\"source\": \"tokens\"", "\"source\": \"table\"", "model.accent.loss is for")]
    [InlineData("\"heads\": 2, \"token_width\"", "\"heads\": 3, \"token_width\"", "does not divide")]
    [InlineData("\"hidden\": 16", "\"focal_gamma\": 0.5", "focal_gamma is 0.5")]
    [InlineData("\"hidden\": 16", "\"of\": \"accent\"", "within_accent")]
    [InlineData("\"hidden\": 16", "\"classifier\": \"tokens\", \"hidden\": 12", "multiple of 8")]
    [InlineData("\"loss\": \"weights\"", "\"label_smoothing\": 1", "label_smoothing is 1")]
    public void A_recipe_that_contradicts_itself_is_refused(string part, string wrong, string expected)
    {
        Assert.Contains(part, Small, StringComparison.Ordinal);

        UserException e = Assert.Throws<UserException>(() => Recipe.Parse(Small.Replace(part, wrong), "test"));

        Assert.Contains(expected, e.What, StringComparison.Ordinal);
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

    /// <summary>Two utterances of each accent.</summary>
    private Batch SomeBatch(AccentTeacher teacher)
    {
        int[] some = [0, 4, 9, 12, 15, 16];
        return new BatchBuilder(_corpus, blanks: true).Build(some, default, teacher.References!.Of(some, 1));
    }

    /// <summary>Moves every parameter off its start, so that no zero hides an effect.</summary>
    private static void Shake(ParameterStore store, Generator random)
    {
        using NoGrad noGrad = new();
        foreach (Tensor parameter in store.Parameters.Values)
            parameter.CopyFrom(parameter.StopGradient() + 0.1 * Tensor.Randn(parameter.Shape, random));
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
