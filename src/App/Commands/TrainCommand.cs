using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Telling;
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
                    resolved.Recipe, parsed.GetRequiredValue(data),
                    new(resolved.RunName, folder, Again(parsed.Tokens)), goOn,
                    parsed.GetValue(from) ?? (goOn ? null : resolved.StartFor(folder)), group, told, stop);
        }, cancel));
        return command;
    }

    /// <summary>Trains to the end, or until asked to stop.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">Prepared data.</param>
    /// <param name="about">The run.</param>
    /// <param name="resume">Whether to go on with the run in its folder.</param>
    /// <param name="from">Weights that a fresh run starts with; null for none.</param>
    /// <param name="group">The processes that share it; null for this one alone.</param>
    /// <param name="output">Told how it goes.</param>
    /// <param name="cancel">Asks to stop.</param>
    public static void Train(
        Recipe recipe, string data, RunDescription about, bool resume, string? from, ProcessGroup? group,
        TextWriter output, CancellationToken cancel)
    {
        string folder = about.Folder;
        using PreparedCorpus corpus = TrainingData.Open(data, recipe);
        if (TrainingData.Missing(data, recipe) is { Count: > 0 } missing)
            output.WriteLine($"the recipe names what the data does not have: {List(missing)}");
        using Trainer trainer = Trainer.Open(recipe, corpus, folder, resume, from, group: group);
        output.WriteLine($"{trainer.ParameterCount:N0} parameters, {corpus.TrainingSpeakers.Count} speakers, "
            + $"{corpus.Utterances.Count(u => u.Split == Split.Train)} utterances, from step "
            + $"{trainer.Step} to {recipe.Steps}");
        if (from is not null)
            output.WriteLine($"from {from}: {trainer.Taken.Count} parameters taken; fresh: {List(trainer.Fresh)}");
        output.WriteLine($"to watch: {Path.Combine(folder, RunTeller.PageName)}, or tensorboard --logdir {folder}");
        Run(trainer, recipe, corpus, about, output, cancel);
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

    private static void Run(
        Trainer trainer, Recipe recipe, PreparedCorpus corpus, RunDescription about, TextWriter output,
        CancellationToken cancel)
    {
        if (output == TextWriter.Null) // another process of the run tells
        {
            new TrainingRun(trainer, recipe, _ => { }).Run(cancel);
            return;
        }
        IVocoder vocoder = VocoderFolders.Open(null, corpus.Info.Mel);
        using IDisposable? weights = vocoder as IDisposable;
        using RunTeller teller = new(trainer, recipe, corpus, about, vocoder, default, TimeProvider.System);
        TrainingDisplay display = new(
            output, TrainingDisplay.WidthOf(output), TimeProvider.System, trainer.LossNames, recipe.Steps);
        try
        {
            new TrainingRun(trainer, recipe, happened =>
            {
                display.Show(happened);
                teller.Tell(happened);
            }).Run(cancel);
        }
        finally
        {
            display.End();
        }
    }

    /// <summary>The command that was given, but for how the run began.</summary>
    private static string Again(IReadOnlyList<Token> tokens)
    {
        IEnumerable<string> words = tokens.Select(token => token.Value).Where((word, k) =>
            word is not "--resume" and not "--from" && (k == 0 || tokens[k - 1].Value != "--from"));
        return "kouyin " + string.Join(' ', words.Select(word => word.Contains(' ', default) ? $"'{word}'" : word));
    }

    private static string List(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
}
