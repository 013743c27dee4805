using Kouyin.Speech.Data;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;
using Kouyin.Speech.Training.Recipes;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

public sealed class StartTests : IDisposable
{
    private const string Table = "spk_emb.weight";

    private readonly TemporaryFolder _folder = new();

    public StartTests()
    {
        Engine.Threads = 1;
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)] }, _folder["data"]);
        _folder.Write("small/recipe.json", """
            {
              "model": {
                "encoder": { "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 1 },
                "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 }, "segment_frames": 16
              },
              "batch_frames": 100, "batch_utterances": 2, "steps": 4, "learning_rate": 1e-2
            }
            """);
        Recipe("base", """ "data": { "balance_accents": true } """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tuned_run_has_the_rows_of_its_base_by_name()
    {
        Run("base");
        Recipe("tuned", """ "start": { "from": "base", "kind": "tune" }, "steps": 1, "learning_rate": 1e-9 """);
        Run("tuned");

        using SafeTensors before = Voice("base"), after = Voice("tuned");
        using TensorScope scope = new();
        Assert.All(
            before.ReadAll()[Table].ToArray().Zip(after.ReadAll()[Table].ToArray()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Rows_go_by_name_and_new_ones_begin_at_the_mean()
    {
        using TensorScope scope = new();
        Tensor rows = Tensor.From<float>([1, 2, 3, 4], 2, 2);

        Tensor fitted = StartingRows.Fit(rows, ["a", "b"], ["b", "c", "a"]);

        Assert.Equal([3, 4, 2, 3, 1, 2], fitted.ToArray());
    }

    [Fact]
    public void Tuning_another_model_is_refused_and_a_warm_start_takes_what_fits()
    {
        Run("base");
        Recipe("tuned", """ "start": { "from": "base", "kind": "tune" }, "model": { "encoder": { "layers": 2 } } """);
        Recipe("warm", """ "start": { "from": "base" }, "model": { "encoder": { "layers": 2 } } """);

        UserException e = Assert.Throws<UserException>(() => Run("tuned"));
        Assert.Contains("encoder.", e.What, StringComparison.Ordinal);
        using PreparedCorpus corpus = TrainingData.Open(_folder["data"], Load("warm").Recipe);
        using Trainer trainer = Trainer.Open(
            Load("warm").Recipe, corpus, _folder["runs/warm"], false, Load("warm").StartFor(_folder["runs/warm"]));
        Assert.Contains(Table, trainer.Taken);
        Assert.NotEmpty(trainer.Fresh);
        Assert.All(trainer.Fresh, name => Assert.StartsWith("encoder.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_start_whose_base_never_ran_says_what_to_run()
    {
        Recipe("tuned", """ "start": { "from": "base" } """);

        UserException e = Assert.Throws<UserException>(() => Load("tuned").StartFor(_folder["runs/tuned"]));

        Assert.Contains("kouyin train base", e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frozen_module_keeps_its_weights_and_the_others_learn()
    {
        Run("base");
        Recipe("tuned", """ "start": { "from": "base" }, "freeze": ["encoder", "spk_emb"], "steps": 2 """);
        Run("tuned");

        using SafeTensors before = Voice("base"), after = Voice("tuned");
        using TensorScope scope = new();
        Dictionary<string, Tensor> old = before.ReadAll(), now = after.ReadAll();
        Assert.All(old.Keys, name => Assert.Equal(
            !name.StartsWith("decoder.", StringComparison.Ordinal),
            old[name].ToArray().SequenceEqual(now[name].ToArray())));
    }

    [Fact]
    public void Freezing_what_is_not_there_or_everything_is_refused()
    {
        Recipe("none", """ "freeze": ["encodr"] """);
        Recipe("all", """ "freeze": ["encoder", "decoder", "spk_emb"] """);

        Assert.Contains("encodr", Assert.Throws<UserException>(() => Run("none")).What, StringComparison.Ordinal);
        Assert.Contains("whole", Assert.Throws<UserException>(() => Run("all")).What, StringComparison.Ordinal);
    }

    private void Recipe(string name, string values) =>
        _folder.Write($"{name}/recipe.json", $$"""{ "extends": "small", {{values}} }""");

    private ResolvedRecipe Load(string name) => ResolvedRecipe.Load(_folder[name]);

    private SafeTensors Voice(string name) => SafeTensors.Open(_folder[$"runs/{name}/{VoiceFile.Name}"]);

    private void Run(string name)
    {
        ResolvedRecipe recipe = Load(name);
        string folder = _folder[$"runs/{name}"];
        using PreparedCorpus corpus = TrainingData.Open(_folder["data"], recipe.Recipe);
        using Trainer trainer = Trainer.Open(recipe.Recipe, corpus, folder, false, recipe.StartFor(folder));
        while (!trainer.IsFinished)
            trainer.Next();
        trainer.Save();
    }
}
