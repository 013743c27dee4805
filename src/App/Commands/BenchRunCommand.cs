using System.CommandLine;
using System.Text.Json.Nodes;
using Kouyin.Speech.Benchmark;
using Kouyin.Speech.Data;
using Kouyin.Speech.Training;
using Kouyin.Torch;

namespace Kouyin.App.Commands;

/// <summary><c>bench run</c>: where the time of a recipe's steps goes on real data, and their memory.</summary>
internal static class BenchRunCommand
{
    private const double Mebibyte = 1048576;

    public static Command Create()
    {
        Argument<string> recipe = new("recipe") { Description = "A name of recipes/, a folder, or a JSON file." };
        Option<string?> scale = RecipesCommand.ScaleOption();
        Option<string[]> set = RecipesCommand.SetOption();
        Option<string> data = new("--data") { Description = "A folder that prepare made.", Required = true };
        Option<int> steps = new("--steps") { Description = "Timed steps.", DefaultValueFactory = _ => 20 };
        Option<int> warmup = new("--warmup") { Description = "Steps before them.", DefaultValueFactory = _ => 3 };
        Option<int> threads = new("--threads")
        {
            Description = "Threads to compute with.", DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        Command command = new("run", "Time a recipe's own steps on prepared data; nothing is written.")
        {
            recipe, scale, set, data, steps, warmup, threads,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                if (parsed.GetValue(steps) < 1 || parsed.GetValue(warmup) < 0)
                    throw new UserException("there must be at least 1 step", "--steps", "give a larger number");
                Recipe resolved = ProjectRecipes.Find(
                    parsed.GetRequiredValue(recipe), parsed.GetValue(scale), parsed.GetRequiredValue(set)).Recipe;
                Engine.Threads = parsed.GetValue(threads);
                using PreparedCorpus corpus = TrainingData.Open(parsed.GetRequiredValue(data), resolved);
                RunCost cost = RunBenchmark.Measure(
                    resolved, corpus, parsed.GetValue(warmup), parsed.GetValue(steps), Device.Cpu, cancel);
                JsonObject said = Described(cost);
                said["steps"] = parsed.GetValue(steps);
                said["threads"] = parsed.GetValue(threads);
                parsed.InvocationConfiguration.Output.WriteLine(said.ToJsonString());
            },
            cancel));
        return command;
    }

    private static JsonObject Described(RunCost cost) => new()
    {
        ["step_s_mean"] = Math.Round(cost.Wall, 5),
        ["cpu_s_mean"] = Math.Round(cost.Processor, 5),
        ["frames_per_s"] = Math.Round(cost.Frames / cost.Wall, 1),
        ["stages_s"] = new JsonObject(cost.Stages.Select(
            stage => KeyValuePair.Create(stage.Key, (JsonNode?)JsonValue.Create(Math.Round(stage.Value, 5))))),
        [$"memory_mb_at_{RunBenchmark.EarlyStep}"] = Math.Round(cost.MemoryEarly / Mebibyte, 1),
        ["memory_mb_at_end"] = Math.Round(cost.MemoryLate / Mebibyte, 1),
    };
}
