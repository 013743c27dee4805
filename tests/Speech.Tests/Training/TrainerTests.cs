using Kouyin.Speech.Data;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private const string Small = """
        {
          "model": {
            "encoder": { "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 1, "conditioning": "speaker" },
            "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 },
            "decoder_conditioning": { "speaker": "film" }, "speaker": { "width": 4 },
            "segment_frames": 16, "normalize_mel": true
          },
          "batch_frames": 100, "batch_utterances": 2, "steps": 8, "learning_rate": 1e-3, "average_decay": 0.9
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly PreparedCorpus _corpus;

    public TrainerTests()
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
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit()
    {
        Steps(_folder["whole"], 8, resume: false);
        Steps(_folder["parts"], 3, resume: false);
        Steps(_folder["parts"], 5, resume: true);

        Assert.Equal(Bytes("whole", Trainer.CheckpointName), Bytes("parts", Trainer.CheckpointName));
        Assert.Equal(Bytes("whole", VoiceFile.Name), Bytes("parts", VoiceFile.Name));
    }

    [Fact]
    public void Resuming_with_another_recipe_says_what_differs()
    {
        Steps(_folder["run"], 1, resume: false);
        Recipe other = Recipe.Parse(Small.Replace("1e-3", "2e-3", StringComparison.Ordinal), "test");

        UserException e = Assert.Throws<UserException>(
            () => Trainer.Open(other, _corpus, _folder["run"], resume: true));

        Assert.Contains("learning_rate", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_run_does_not_overwrite_an_old_one()
    {
        Steps(_folder["run"], 1, resume: false);

        UserException e = Assert.Throws<UserException>(
            () => Trainer.Open(Recipe.Parse(Small, "test"), _corpus, _folder["run"], resume: false));

        Assert.Contains("--resume", e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_checkpoint_is_refused_by_name()
    {
        Steps(_folder["run"], 1, resume: false);
        string path = Path.Combine(_folder["run"], Trainer.CheckpointName);
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(file.Length / 2);

        UserException e = Assert.Throws<UserException>(
            () => Trainer.Open(Recipe.Parse(Small, "test"), _corpus, _folder["run"], resume: true));

        Assert.Contains(Trainer.CheckpointName, e.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_utterance_comes_once_an_epoch_and_never_in_the_same_order()
    {
        BatchSampler sampler = new(_corpus, Recipe.Parse(Small, "test"));

        int[][] epochs = [.. Enumerable.Range(0, 6).Select(k => sampler.Epoch(k).SelectMany(b => b).ToArray())];

        Assert.All(epochs, epoch => Assert.Equal([0, 1, 2], epoch.Order()));
        Assert.True(epochs.Select(e => string.Join(' ', e)).Distinct().Count() > 1);
        Assert.Equal(epochs[0], sampler.Epoch(0).SelectMany(b => b));
    }

    [Fact]
    public void Training_leaves_no_tensor_behind()
    {
        long before = Engine.LiveTensors;

        Steps(_folder["run"], 4, resume: false);

        Assert.Equal(before, Engine.LiveTensors);
    }

    [Theory]
    [InlineData("{ \"stepz\": 5 }", "stepz")]
    [InlineData("{ \"steps\": \"many\" }", "$.steps")]
    [InlineData("{ \"model\": { \"decoder\": \"wavenet\" } }", "$.model.decoder")]
    [InlineData("{ \"steps\": 0, \"learning_rate\": 7 }", "learning_rate is 7")]
    public void A_wrong_recipe_says_which_key(string json, string expected)
    {
        UserException e = Assert.Throws<UserException>(() => Recipe.Parse(json, "recipe.json"));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.Contains("recipe.json", e.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_survives_its_own_json()
    {
        Recipe recipe = Recipe.Parse(Small, "test");

        Assert.Equal(recipe.ToJson(), Recipe.Parse(recipe.ToJson(), "test").ToJson());
    }

    private void Steps(string folder, int count, bool resume)
    {
        Engine.Threads = 1;
        using Trainer trainer = Trainer.Open(Recipe.Parse(Small, "test"), _corpus, folder, resume);
        for (int k = 0; k < count; k++)
            trainer.Next();
        trainer.Save();
    }

    private byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(_folder[run], file));
}
