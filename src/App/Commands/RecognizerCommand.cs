using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation;

namespace Kouyin.App.Commands;

/// <summary><c>recognizer train</c>: the judge of intelligibility, from prepared data.</summary>
internal static class RecognizerCommand
{
    public static Command Create()
    {
        RecognizerTrainingConfig defaults = new();
        Option<string> data = new("--data") { Description = "A folder made by kouyin prepare.", Required = true };
        Option<string> output = new("--out") { Description = "The file to write, .safetensors.", Required = true };
        Option<int> steps = new("--steps")
        {
            Description = "Optimizer steps.",
            DefaultValueFactory = _ => defaults.Steps,
        };
        Option<int> seed = new("--seed")
        {
            Description = "Decides all chance.",
            DefaultValueFactory = _ => defaults.Seed,
        };
        Option<string?> start = new("--start")
        {
            Description = "A recognizer to go on from, with a fresh optimizer and schedule.",
        };
        Option<bool> bf16 = new("--bf16")
        {
            Description = "Compute in bfloat16: faster on processors with AVX512-BF16 or AMX.",
        };

        Command train = new("train", "Teach a recognizer of initials, finals and tones.")
        {
            data, output, steps, seed, start, bf16,
        };
        train.SetAction((parsed, cancel) => Task.Run(
            () => Train(
                parsed.GetRequiredValue(data), parsed.GetRequiredValue(output),
                defaults with
                {
                    Steps = Positive(parsed.GetValue(steps)),
                    Seed = parsed.GetValue(seed),
                    BFloat16 = parsed.GetValue(bf16),
                },
                parsed.GetValue(start), parsed.InvocationConfiguration.Output, cancel),
            cancel));
        return new("recognizer", "The judge of whether speech can be understood.") { train };
    }

    private static void Train(
        string data, string path, RecognizerTrainingConfig config, string? startPath, TextWriter output,
        CancellationToken cancel)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(data);
        using Recognizer? start = startPath is null ? null : Recognizer.Load(startPath);
        string before = start is null ? "" : $"{start.About}; then ";
        Stopwatch watch = Stopwatch.StartNew();
        using Recognizer recognizer = RecognizerTraining.Run(
            corpus, config, start,
            (now, progress) =>
            {
                TimeSpan left = watch.Elapsed * ((double)(config.Steps - progress.Step) / progress.Step);
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"step {progress.Step} of {config.Steps}: loss {progress.Loss:0.000}, errors on watched readings "
                        + $"{progress.Watched.Rate:0.0 %}, {left:hh\\:mm\\:ss} left"));
                now.Save(path, before + About(corpus, progress.Step));
            },
            cancel);
        output.WriteLine($"{recognizer.ParameterCount} parameters in {path}");
    }

    private static string About(PreparedCorpus corpus, int steps) =>
        $"{steps} steps on {corpus.Info.Speakers.Sum(speaker => speaker.TrainSeconds):0} s of "
            + $"{string.Join(' ', corpus.TrainingSpeakers)}";

    private static int Positive(int steps) => steps > 0
        ? steps
        : throw new UserException($"--steps should be 1 or more, but is {steps}", "--steps", "leave --steps out");
}
