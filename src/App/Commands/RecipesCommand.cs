using System.CommandLine;
using Kouyin.Speech.Training.Recipes;

namespace Kouyin.App.Commands;

/// <summary><c>recipes</c>: what can be trained, what a recipe comes to, and how two differ.</summary>
internal static class RecipesCommand
{
    private const string RecipeHelp = "A name of recipes/, a folder, or a JSON file.";

    /// <summary>The scale at which a recipe runs.</summary>
    public static Option<string?> ScaleOption() => new("--scale")
    {
        Description = "Lay the values of this recipe over it; tiny shrinks any recipe to minutes on two cores.",
    };

    /// <summary>Values over a recipe's own.</summary>
    public static Option<string[]> SetOption() => new("--set")
    {
        Description = "KEY=VALUE in place of the recipe's, such as model.encoder.width=96; may be repeated.",
        DefaultValueFactory = _ => [],
    };

    public static Command Create()
    {
        Command command = new("recipes", "List the recipes of this clone: what can be trained.")
        {
            Show(), Diff(), RecipesTryCommand.Create(),
        };
        command.SetAction(parsed => List(parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void List(TextWriter output)
    {
        IReadOnlyList<string> names = ProjectRecipes.Names();
        int width = names.Max(name => name.Length);
        foreach (string name in names)
        {
            ResolvedRecipe recipe = ProjectRecipes.Find(name);
            string about = recipe.IsAlias ? $"= {recipe.Chain[0]}: {recipe.About}" : recipe.About;
            string log = recipe.Log.Length == 0 ? "" : $" [log: {recipe.Log}]";
            output.WriteLine($"{name.PadRight(width)}  {about}{log}");
        }
    }

    private static Command Show()
    {
        Argument<string> name = new("recipe") { Description = RecipeHelp };
        Option<string?> scale = ScaleOption();
        Option<string[]> set = SetOption();
        Command command = new("show", "Print a recipe with all its values and where each comes from.")
        {
            name, scale, set,
        };
        command.SetAction(parsed => Show(
            ProjectRecipes.Find(
                parsed.GetRequiredValue(name), parsed.GetValue(scale), parsed.GetRequiredValue(set)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Show(ResolvedRecipe recipe, TextWriter output)
    {
        output.WriteLine(string.Join(" <- ", [recipe.RunName, .. recipe.Chain]));
        if (recipe.About.Length > 0)
            output.WriteLine(recipe.About);
        if (recipe.Log.Length > 0)
            output.WriteLine($"log: {recipe.Log}");
        var values = recipe.Values().ToArray();
        int keys = values.Max(value => value.Key.Length), texts = values.Max(value => value.Value.Length);
        foreach (var (key, value, origin) in values)
        {
            string from = origin is null ? "default" : origin.File == "--set" ? "--set" : $"{origin}";
            output.WriteLine($"{key.PadRight(keys)}  {value.PadRight(texts)}  {from}");
        }
    }

    private static Command Diff()
    {
        Argument<string> first = new("recipe") { Description = RecipeHelp };
        Argument<string> second = new("other") { Description = "Another, likewise." };
        Option<string?> scale = ScaleOption();
        Command command = new("diff", "Print the values in which two recipes differ.") { first, second, scale };
        command.SetAction(parsed => Diff(
            ProjectRecipes.Find(parsed.GetRequiredValue(first), parsed.GetValue(scale)),
            ProjectRecipes.Find(parsed.GetRequiredValue(second), parsed.GetValue(scale)),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void Diff(ResolvedRecipe first, ResolvedRecipe second, TextWriter output)
    {
        (string, string, string)[] rows =
        [
            ("", first.Id, second.Id),
            .. ResolvedRecipe.Differences(first.Recipe, second.Recipe)
                .Select(row => (row.Key, row.First ?? "-", row.Second ?? "-")),
        ];
        if (rows.Length == 1)
            output.WriteLine($"{first.Id} and {second.Id} are the same");
        int keys = rows.Max(row => row.Item1.Length), values = rows.Max(row => row.Item2.Length);
        foreach (var (key, a, b) in rows.Length == 1 ? [] : rows)
            output.WriteLine($"{key.PadRight(keys)}  {a.PadRight(values)}  {b}");
    }
}
