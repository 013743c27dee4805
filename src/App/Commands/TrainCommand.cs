using System.CommandLine;
using System.Globalization;
using Kouyin.Speech.Data;
using Kouyin.Speech.Training;
using Kouyin.Speech.Training.Recipes;
using Kouyin.Torch.Distributed;

namespace Kouyin.App.Commands;

/// <summary><c>train</c>: a recipe and prepared data to a voice.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        Argument<string> recipe = new("recipe") { Description = "A name of recipes/, a folder, or a JSON file." };
        Option<string?> scale = RecipesCommand.ScaleOption();
        Option<string[]> set = RecipesCommand.SetOption();
        Option<string> data = new("--data") { Description = "A folder that prepare made.", Required = true };
        Option<string> output = new("--out") { Description = "Where checkpoints and the voice go; else runs/RECIPE." };
        Option<bool> resume = new("--resume") { Description = "Go on with the run in that folder." };
        Option<string?> from = new("--from")
        {
            Description = "Start with the weights of this voice or vocoder file, as far as they fit.",
        };
        Option<string?> replay = new("--replay")
        {
            Description = "Do a skipped step again, from a file of the run's folder skipped, and say what is wrong.",
        };

        Command command = new("train", "Train a voice from a recipe.")
        {
            recipe, scale, set, data, output, resume, from, replay,
        };
        SharedRun.AddTo(command);
        command.SetAction((parsed, cancel) => SharedRun.Run(parsed, (group, stop) =>
        {
            ResolvedRecipe resolved = ProjectRecipes.Find(
                parsed.GetRequiredValue(recipe), parsed.GetValue(scale), parsed.GetRequiredValue(set));
            string folder = parsed.GetValue(output) ?? Path.Combine("runs", resolved.RunName);
            bool goOn = parsed.GetValue(resume);
            TextWriter told = group?.Rank > 0 ? TextWriter.Null : parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(replay) is { } dump)
                Replay(resolved.Recipe, parsed.GetRequiredValue(data), dump, told);
            else
                Train(
                    resolved.Recipe, parsed.GetRequiredValue(data), folder, goOn,
                    parsed.GetValue(from) ?? (goOn ? null : resolved.StartFor(folder)), group, told, stop);
        }, cancel));
        return command;
    }

    private static void Train(
        Recipe recipe, string data, string folder, bool resume, string? from, ProcessGroup? group,
        TextWriter output, CancellationToken cancel)
    {
        using PreparedCorpus corpus = TrainingData.Open(data, recipe);
        if (TrainingData.Missing(data, recipe) is { Count: > 0 } missing)
            output.WriteLine($"the recipe names what the data does not have: {List(missing)}");
        using Trainer trainer = Trainer.Open(recipe, corpus, folder, resume, from, group: group);
        output.WriteLine($"{trainer.ParameterCount:N0} parameters, {corpus.TrainingSpeakers.Count} speakers, "
            + $"{corpus.Utterances.Count(u => u.Split == Split.Train)} utterances, from step "
            + $"{trainer.Step} to {recipe.Steps}");
        if (from is not null)
            output.WriteLine($"from {from}: {trainer.Taken.Count} parameters taken; fresh: {List(trainer.Fresh)}");
        TrainingRun run = new(
            trainer, recipe, folder, happened => output.Write(Told(trainer.LossNames, happened)));
        run.Run(cancel);
        if (trainer.IsStale)
            output.WriteLine($"{recipe.BestBy} has been best at step {trainer.Best.Step}: {trainer.Best.Value:0.####}");
        output.WriteLine(trainer.IsFinished
            ? $"done; speak with it: kouyin say TEXT {(recipe.Vocoder is null ? "--voice" : "--vocoder")} {folder}"
            : $"stopped and saved at step {trainer.Step}; --resume goes on");
    }

    private static void Replay(Recipe recipe, string data, string dump, TextWriter output)
    {
        using PreparedCorpus corpus = TrainingData.Open(data, recipe);
        ReplayReport report = Trainer.Replay(recipe, corpus, dump, out var names);
        output.WriteLine($"step {report.Step} was skipped: {report.Reason}");
        output.WriteLine(report.Again is { } again ? $"and would be again: {again}" : "here it would not be");
        foreach (var (name, value) in names.Losses.Zip(report.Losses).Concat(names.Norms.Zip(report.Norms)))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name} {value:g6}"));
        output.WriteLine($"parameters whose gradient is no finite number: {List(report.Gradients)}");
        foreach (var (utterance, problem) in report.Alone)
            output.WriteLine($"  {utterance} alone: {problem ?? "fine"}");
    }

    private static string List(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);

    private static string Told(IReadOnlyList<string> names, TrainingEvent happened) => happened switch
    {
        Progressed { Progress: var progress } => Line(names, progress) + "\n",
        StepDone { Report: { Skipped: { } skipped } report } =>
            $"step {report.Step} is skipped: {skipped.Reason}, in {string.Join(", ", skipped.Utterances)}\n"
            + string.Concat(skipped.Dumps.Select(dump => $"  to look at it: --replay {dump}\n")),
        _ => "",
    };

    private static string Line(IReadOnlyList<string> names, TrainingProgress p) => string.Create(
        CultureInfo.InvariantCulture, $"step {p.Step}/{p.Steps} epoch {p.Epochs:0.0}  ")
        + string.Concat(names.Zip(p.Losses, (name, loss) =>
            string.Create(CultureInfo.InvariantCulture, $"{name} {loss:0.000}  ")))
        + string.Create(
            CultureInfo.InvariantCulture, $"{p.StepsPerSecond:0.00} steps/s  {p.Left:d\\.hh\\:mm\\:ss} left");
}
