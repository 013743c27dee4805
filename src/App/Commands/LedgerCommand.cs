using System.CommandLine;
using System.Globalization;
using Kouyin.Speech.Training.Recipes;
using Kouyin.Torch;

namespace Kouyin.App.Commands;

/// <summary><c>ledger</c>: every recipe, from several seeds, trained, evaluated and compared.</summary>
internal static class LedgerCommand
{
    private const string Standard = "ledger";

    private static readonly Argument<string[]> Names = new("recipe")
    {
        Description = "Which; else all that make a voice and are no scale.", Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> Data = Folders("--data",
        "A folder that prepare made, with its sound; give more than one, and each recipe takes the first that fits.");

    private static readonly Option<string[]> Truth = Folders("--truth",
        "Recordings of which nothing is learned, all of which are used; likewise.");

    private static readonly Option<string> Out = new("--out") { Description = "Where the runs go.", Required = true };

    private static readonly Option<string> Scale = new("--scale")
    {
        Description = "The scale at which they are trained.", DefaultValueFactory = _ => Standard,
    };

    private static readonly Option<int[]> Seeds = new("--seed")
    {
        Description = "A seed; may be given more than once.",
        DefaultValueFactory = _ => [1, 2],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> Set = RecipesCommand.SetOption();

    private static readonly Option<string?> From = new("--from")
    {
        Description = "Start runs that would start from nothing with the weights of this voice, as far as they fit.",
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "Utterances of each speaker in each accent at most, evenly chosen.",
        DefaultValueFactory = _ => 6,
    };

    private static readonly Option<string?> Against = CompareCommand.AgainstOption();

    private static readonly Option<string?> Table = new("--table")
    {
        Description = "A file for the tables, in Markdown.",
    };

    private static readonly Option<int> Threads = new("--threads")
    {
        Description = "Threads to compute with.", DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    public static Command Create()
    {
        Command command = new("ledger",
            "Train recipes from several seeds, evaluate and compare them: OUT/seed-N/RECIPE-SCALE holds each run, "
            + "OUT/ledger.html the page. What was done before is not done again; several may work in one folder, each "
            + "with seeds of its own.")
        {
            Names, Data, Truth, Out, Scale, Seeds, Set, From, Limit, Against, Table, Threads,
        };
        command.SetAction((parsed, cancel) => Task.Run(() => Run(parsed, cancel), CancellationToken.None));
        return command;
    }

    private static void Run(ParseResult parsed, CancellationToken cancel)
    {
        Engine.Threads = parsed.GetValue(Threads);
        string folder = parsed.GetRequiredValue(Out);
        TextWriter output = parsed.InvocationConfiguration.Output;
        IReadOnlyList<string> names = parsed.GetValue(Names) is { Length: > 0 } some ? some : All(parsed);
        List<string> done = [];
        using LedgerRuns runs = new(
            parsed.GetRequiredValue(Data), parsed.GetRequiredValue(Truth), parsed.GetValue(From),
            parsed.GetValue(Limit), output);
        foreach (int seed in parsed.GetRequiredValue(Seeds))
        {
            string[] settings =
                [.. parsed.GetRequiredValue(Set), string.Create(CultureInfo.InvariantCulture, $"seed={seed}")];
            foreach (ResolvedRecipe recipe in names
                .Select(name => ProjectRecipes.Find(name, parsed.GetValue(Scale), settings))
                .OrderBy(recipe => recipe.Recipe.Start is not null))
            {
                string run = Path.Combine(folder, $"seed-{seed}", recipe.RunName);
                if (runs.Do(recipe, run, cancel))
                    done.Add(run);
            }
        }
        if (done.Count > 0)
        {
            string about = $"{parsed.GetValue(Scale)} scale; {done.Count} runs.";
            Contenders.Compare(
                Contenders.Load(done), parsed.GetValue(Against), about, Path.Combine(folder, "ledger.html"),
                parsed.GetValue(Table), output);
        }
    }

    /// <summary>Every voice's recipe but the scale itself and what it extends, which would be one another.</summary>
    private static IReadOnlyList<string> All(ParseResult parsed)
    {
        ResolvedRecipe scale = ProjectRecipes.Find(parsed.GetRequiredValue(Scale));
        return [.. ProjectRecipes.Voices().Except([scale.Id, .. scale.Chain])];
    }

    private static Option<string[]> Folders(string name, string description) => new(name)
    {
        Description = description, Required = true, AllowMultipleArgumentsPerToken = true,
    };
}
