using Kouyin.Speech.Training;
using Kouyin.Speech.Training.Recipes;

namespace Kouyin.Speech.Tests.Training;

public sealed class RecipeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RecipeFileTests()
    {
        _folder.Write("base/recipe.json", """
            {
              "about": "the first",
              "log": "slow",
              "steps": 10,
              "model": { "encoder": { "width": 96, "layers": 2 } }
            }
            """);
        _folder.Write("wide/recipe.json", """
            {
              "extends": "base",
              // wider
              "model": { "encoder": { "width": 128 } },
              "scales": { "small": { "batch_utterances": 3 } }
            }
            """);
        _folder.Write("small/recipe.json", """
            { "steps": 2, "batch_utterances": 5, "model": { "segment_frames": 16 } }
            """);
        _folder.Write("fast/recipe.json", """{ "extends": "small", "steps": 1, "batch_utterances": 7 }""");
        _folder.Write("same/recipe.json", """{ "extends": "wide" }""");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_recipe_holds_only_its_differences_from_the_one_it_extends()
    {
        Recipe recipe = Load("wide").Recipe;

        Assert.Equal((128, 2, 10), (recipe.Model.Encoder.Width, recipe.Model.Encoder.Layers, recipe.Steps));
        Assert.Equal(new Recipe().BatchFrames, recipe.BatchFrames);
    }

    [Fact]
    public void Every_value_knows_where_it_comes_from()
    {
        var origins = Load("wide", "small", "seed=5").Values().ToDictionary(value => value.Key, value => value.Origin);

        Assert.Equal(4, origins["model.encoder.width"]!.Line);
        Assert.EndsWith("wide/recipe.json", origins["model.encoder.width"]!.File, StringComparison.Ordinal);
        Assert.EndsWith("base/recipe.json", origins["model.encoder.layers"]!.File, StringComparison.Ordinal);
        Assert.EndsWith("small/recipe.json", origins["steps"]!.File, StringComparison.Ordinal);
        Assert.Equal("--set", origins["seed"]!.File);
        Assert.Null(origins["model.encoder.heads"]);
    }

    [Fact]
    public void A_scale_goes_over_the_recipe_and_what_the_recipe_wants_at_it_over_the_scale()
    {
        Recipe recipe = Load("same", "small").Recipe;

        Assert.Equal((2, 16, 128), (recipe.Steps, recipe.Model.SegmentFrames, recipe.Model.Encoder.Width));
        Assert.Equal(3, recipe.BatchUtterances);
        Assert.Equal("same-small", Load("same", "small").RunName);
    }

    [Fact]
    public void A_scale_that_extends_another_takes_what_the_recipe_wants_at_that_one_too()
    {
        Recipe recipe = Load("wide", "fast").Recipe;

        Assert.Equal((1, 16, 3), (recipe.Steps, recipe.Model.SegmentFrames, recipe.BatchUtterances));
    }

    [Fact]
    public void About_and_log_are_not_inherited_and_an_alias_is_known_as_one()
    {
        Assert.Equal(("the first", "slow"), (Load("base").About, Load("base").Log));
        Assert.Equal(("", ""), (Load("wide").About, Load("wide").Log));
        Assert.True(Load("same").IsAlias);
        Assert.Equal(["wide", "base"], Load("same").Chain);
        Assert.False(Load("wide").IsAlias);
    }

    [Fact]
    public void A_difference_names_the_key_and_both_values()
    {
        var differences = ResolvedRecipe.Differences(Load("base").Recipe, Load("wide").Recipe);

        Assert.Equal([("model.encoder.width", "96", "128")], differences);
        Assert.Empty(ResolvedRecipe.Differences(Load("same").Recipe, Load("wide").Recipe));
    }

    [Theory]
    [InlineData("{\n \"model\": {\n  \"encoder\": { \"widht\": 4 } } }", 3, "model.encoder.width")]
    [InlineData("{\n \"scales\": { \"small\":\n { \"stepz\": 4 } } }", 3, "steps")]
    public void An_unknown_key_is_refused_with_its_line_and_the_nearest_key(string json, int line, string nearest)
    {
        UserException e = Assert.Throws<UserException>(() => Recipe.Parse(json, "mine.json"));

        Assert.Equal($"mine.json, line {line}", e.Where);
        Assert.Contains(nearest, e.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n \"steps\":\n  \"many\" }", 3)]
    [InlineData("{\n \"model\": { \"encoder\":\n 7 } }", 3)]
    [InlineData("{\n \"steps\": 1,\n \"steps\": 2 }", 3)]
    [InlineData("{\n \"steps\": 1,,\n }", 2)]
    [InlineData("{\n \"about\": 5 }", 2)]
    [InlineData("[]", 1)]
    public void A_mistyped_value_is_refused_with_its_line(string json, int line)
    {
        UserException e = Assert.Throws<UserException>(() => Recipe.Parse(json, "mine.json"));

        Assert.Equal($"mine.json, line {line}", e.Where);
    }

    [Fact]
    public void A_mistake_in_an_extended_recipe_is_reported_where_it_stands()
    {
        _folder.Write("base/recipe.json", "{\n\n\"steps\": true }");

        UserException e = Assert.Throws<UserException>(() => Load("same"));

        Assert.EndsWith("base/recipe.json, line 3", e.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_that_extends_itself_is_refused()
    {
        _folder.Write("base/recipe.json", """{ "extends": "same" }""");

        UserException e = Assert.Throws<UserException>(() => Load("wide"));

        Assert.Contains("wide -> base -> same -> wide", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_extended_or_laid_over_must_be_there()
    {
        _folder.Write("base/recipe.json", """{ "extends": "none-such" }""");

        string extended = Assert.Throws<UserException>(() => Load("wide")).What;
        string scaled = Assert.Throws<UserException>(() => Load("small", "huge")).What;
        Assert.Contains("none-such", extended, StringComparison.Ordinal);
        Assert.Contains("huge", scaled, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("steps")]
    [InlineData("stepz=4")]
    [InlineData("steps=x")]
    public void A_setting_that_sets_nothing_is_refused(string setting) =>
        Assert.Contains(
            "--set", Assert.Throws<UserException>(() => Load("base", null, setting)).Where, StringComparison.Ordinal);

    [Fact]
    public void The_noam_schedule_peaks_at_the_end_of_the_warm_up()
    {
        Recipe recipe = Recipe.Parse("""
            { "schedule": "noam", "warmup_steps": 40000, "learning_rate": 5e-6, "steps": 400000 }
            """, "test");

        Assert.All([1, 1000, 40000, 160000, 400000], step => Assert.Equal(
            1e-3 * Math.Min(Math.Pow(step, -0.5), Math.Pow(40000, -1.5) * step), // the log's own formula
            recipe.LearningRate * recipe.RateAt(step), 1e-12));
    }

    [Theory]
    [InlineData("""{ "schedule": "noam" }""", "warmup_steps")]
    [InlineData("""{ "buckets": [30, 30] }""", "ascending")]
    [InlineData("""{ "start": { "from": "x", "replay": 1 } }""", "start.replay")]
    [InlineData("""{ "synthesis": { "length_scale": 0 } }""", "synthesis.length_scale")]
    [InlineData("""{ "data": { "mel": "log99k" } }""", "natural22k")]
    [InlineData("""{ "data": { "phones": "klingon" } }""", "log198")]
    public void A_value_that_makes_no_sense_is_refused(string json, string problem) => Assert.Contains(
        problem, Assert.Throws<UserException>(() => Recipe.Parse(json, "test")).What, StringComparison.Ordinal);

    private ResolvedRecipe Load(string name, string? scale = null, params string[] settings) =>
        ResolvedRecipe.Load(_folder[name], scale, settings);
}
