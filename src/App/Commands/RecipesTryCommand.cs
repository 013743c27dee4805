using System.CommandLine;
using System.Globalization;
using Kouyin.Speech.Training.Recipes;
using Kouyin.Torch;

namespace Kouyin.App.Commands;

/// <summary><c>recipes try</c>: whether every recipe trains, goes on, speaks and refuses as it should.</summary>
internal static class RecipesTryCommand
{
    public static Command Create()
    {
        Argument<string[]> names = new("recipe")
        {
            Description = "Which; else all that make a voice.", Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string[]> data = new("--data")
        {
            Description = "A folder that prepare made; give more than one, and each recipe takes the first that fits.",
            Required = true,
        };
        Option<string> output = new("--out") { Description = "Where the runs go.", Required = true };
        Option<string> scale = new("--scale")
        {
            Description = "The scale at which to try.", DefaultValueFactory = _ => "tiny",
        };
        Option<int> steps = new("--steps") { Description = "Steps of each.", DefaultValueFactory = _ => 300 };
        Option<string?> table = new("--table") { Description = "A file for the table, in Markdown." };
        Option<int> threads = new("--threads")
        {
            Description = "Threads to compute with.", DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        Command command = new("try",
            "Train each recipe a little, kill and resume it, let everybody speak, and print a table; what was tried "
            + "before is not tried again.")
        {
            names, data, output, scale, steps, table, threads,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                Engine.Threads = parsed.GetValue(threads);
                string[] settings = [string.Create(CultureInfo.InvariantCulture, $"steps={parsed.GetValue(steps)}")];
                IReadOnlyList<string> asked =
                    parsed.GetValue(names) is { Length: > 0 } some ? some : ProjectRecipes.Voices();
                string text = TrialResult.Table(Try(
                    [.. asked.Select(name => ProjectRecipes.Find(name, parsed.GetValue(scale), settings))],
                    parsed.GetRequiredValue(data), parsed.GetRequiredValue(output),
                    parsed.InvocationConfiguration.Output, cancel));
                parsed.InvocationConfiguration.Output.Write(text);
                if (parsed.GetValue(table) is { } file)
                    AtomicFile.WriteText(file, text);
            },
            CancellationToken.None));
        return command;
    }

    /// <summary>Tries recipes one after another, those that start from others' runs last.</summary>
    private static List<TrialResult> Try(
        IReadOnlyList<ResolvedRecipe> recipes, string[] data, string runs, TextWriter output, CancellationToken cancel)
    {
        List<TrialResult> results = [];
        foreach (ResolvedRecipe recipe in recipes.OrderBy(recipe => recipe.Recipe.Start is not null))
        {
            string folder = Path.Combine(runs, recipe.RunName), key = recipe.Recipe.ToJson() + string.Join('\n', data);
            TrialResult? result = TrialResult.Load(folder, key);
            if (result is null)
            {
                result = new RecipeTrial(recipe, data, runs).Run(Show, cancel) with { Key = key };
                result.Save(folder);
            }
            results.Add(result);
            output.WriteLine($"{recipe.Id}: {result.Verdict}");

            void Show(long step)
            {
                if (step % 100 == 0)
                    output.WriteLine($"{recipe.Id}: step {step} of {recipe.Recipe.Steps}");
            }
        }
        return [.. results.OrderBy(result => result.Recipe, StringComparer.Ordinal)];
    }
}
