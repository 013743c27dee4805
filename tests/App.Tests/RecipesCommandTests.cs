namespace Kouyin.App.Tests;

public sealed class RecipesCommandTests
{
    [Fact]
    public void The_recipes_are_listed_with_a_line_each()
    {
        string[] lines = Run("recipes").Trim().Split('\n');

        Assert.Contains(lines, line => line.StartsWith("voice ", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains("  ", line.TrimEnd(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_shown_recipe_says_where_its_values_come_from()
    {
        string[] lines = Run("recipes", "show", "voice", "--scale", "tiny", "--set", "seed=5").Split('\n');

        Assert.Equal("voice-tiny", lines[0].Trim());
        Assert.Matches("model.decoder +\"flow1d\" +.*recipes/voice/recipe.json, line \\d+", Line("model.decoder "));
        Assert.Matches("model.encoder.width +32 +.*recipes/tiny/recipe.json, line \\d+", Line("model.encoder.width"));
        Assert.Matches("seed +5 +--set", Line("seed"));
        Assert.Matches("model.encoder.window +4 +default", Line("model.encoder.window"));

        string Line(string key) => Assert.Single(lines, line => line.StartsWith(key, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_recipes_are_compared()
    {
        Assert.Matches("steps +11000 +1700000", Run("recipes", "diff", "voice", "grad-tts"));
        Assert.Contains("the same", Run("recipes", "diff", "voice", "voice"), StringComparison.Ordinal);
    }

    private static string Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(0, CommandLine.Run(args, output, error));
        return output.ToString();
    }
}
