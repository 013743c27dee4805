using Kouyin.Speech.Evaluation.Clips;
using Kouyin.Speech.Evaluation.Compare;
using Kouyin.Speech.Training;

namespace Kouyin.App;

/// <summary>Evaluated runs, put together by recipe: runs whose recipes differ in the seed alone are one contender.
/// </summary>
internal static class Contenders
{
    /// <summary>Reads evaluations.</summary>
    /// <param name="runs">Folders of runs that were evaluated, or evaluations' files.</param>
    /// <exception cref="UserException">One was not evaluated.</exception>
    public static IReadOnlyList<Contender> Load(IReadOnlyList<string> runs)
    {
        IReadOnlyList<string> recipes = ProjectRecipes.Names();
        return
        [
            .. runs.Select(Read).GroupBy(run => (run.Name, run.Key)).Select(group => new Contender(
                group.Key.Name, Log(group.Key.Name, recipes),
                [.. group.OrderBy(run => run.Seed).Select(run => run.Evaluation)])),
        ];
    }

    /// <summary>Writes the page and, if wanted, the tables, and prints the verdicts.</summary>
    /// <param name="contenders">Who is compared.</param>
    /// <param name="against">With whom; null takes the first.</param>
    /// <param name="about">How they were made.</param>
    /// <param name="page">The page to write.</param>
    /// <param name="table">A file for the tables; null for none.</param>
    /// <param name="output">Where the verdicts go.</param>
    public static void Compare(
        IReadOnlyList<Contender> contenders, string? against, string about, string page, string? table,
        TextWriter output)
    {
        Contender reference = against is null ? contenders[0]
            : contenders.FirstOrDefault(contender => contender.Name == against)
                ?? throw new UserException(
                    $"«{against}» is none of those compared", "--against",
                    $"give one of: {string.Join(", ", contenders.Select(contender => contender.Name))}");
        Comparison comparison = new(contenders, reference);
        string title = Path.GetFileNameWithoutExtension(page);
        AtomicFile.WriteText(page, ComparisonPage.Of(title, about, comparison));
        if (table is not null)
            AtomicFile.WriteText(table, ComparisonTable.Of(comparison));
        int width = contenders.Max(contender => contender.Name.Length);
        foreach (Contender contender in contenders)
        {
            string log = contender.Log.Length > 0 ? $" [log: {contender.Log}]" : "";
            output.WriteLine($"{contender.Name.PadRight(width)}  {comparison.Verdict(contender)}{log}");
        }
        output.WriteLine($"the page is {page}");
    }

    private static (string Name, string Key, int Seed, VoiceEvaluation Evaluation) Read(string run)
    {
        string path = Path.TrimEndingDirectorySeparator(run);
        if (!Directory.Exists(path))
            return (Path.GetFileNameWithoutExtension(path), path, 0, VoiceEvaluation.Load(path));
        VoiceEvaluation found = VoiceEvaluation.Load(Path.Combine(path, VoiceEvaluation.FileName));
        string name = Path.GetFileName(path);
        return Recipe.OfRun(path) is { } recipe
            ? (name, (recipe with { Seed = 0 }).ToJson(), recipe.Seed, found)
            : (name, path, 0, found);
    }

    /// <summary>What the log says of the recipe of which a run has its name.</summary>
    private static string Log(string run, IReadOnlyList<string> recipes) =>
        recipes.Where(name => run == name || run.StartsWith($"{name}-", StringComparison.Ordinal))
            .MaxBy(name => name.Length) is { } recipe ? ProjectRecipes.Find(recipe).Log : "";
}
