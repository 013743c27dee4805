using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Judges;

namespace Kouyin.App.Commands;

/// <summary><c>judge</c>: teaches the judges of what is spoken, from prepared data, and tests them.</summary>
internal static class JudgeCommand
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "A folder made by kouyin prepare.", Required = true,
    };

    private static readonly Option<string> Out = new("--out")
    {
        Description = "The file to write, .safetensors.", Required = true,
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Decides all chance.", DefaultValueFactory = _ => 1,
    };

    public static Command Create() => new("judge", "Teach and test the judges of words, speakers and accents.")
    {
        Recognizing(), Speaker(), Accent(), JudgeTestCommand.Create(),
    };

    private static Command Recognizing()
    {
        RecognizerTrainingConfig defaults = new();
        Option<int> steps = Steps(defaults.Steps);
        Option<string?> start = new("--start")
        {
            Description = "A recognizer to go on from, with a fresh optimizer and schedule.",
        };
        Option<bool> bf16 = new("--bf16")
        {
            Description = "Compute in bfloat16: faster on processors with AVX512-BF16 or AMX.",
        };

        Option<int> most = new("--most-of-one")
        {
            Description = "Utterances of each speaker in each accent that an epoch has at most.",
            DefaultValueFactory = _ => defaults.MostOfOne,
        };
        Command train = new("recognizer", "Teach a recognizer of initials, finals and tones.")
        {
            Data, Out, steps, Seed, most, start, bf16,
        };
        train.SetAction((parsed, cancel) => Task.Run(
            () => Train(
                parsed.GetRequiredValue(Data), parsed.GetRequiredValue(Out),
                defaults with
                {
                    Steps = Positive(parsed.GetValue(steps)),
                    Seed = parsed.GetValue(Seed),
                    MostOfOne = parsed.GetValue(most),
                    BFloat16 = parsed.GetValue(bf16),
                },
                parsed.GetValue(start), parsed.InvocationConfiguration.Output, cancel),
            cancel));
        return train;
    }

    private static Command Speaker()
    {
        JudgeTrainingConfig defaults = new();
        Option<int> steps = Steps(defaults.Steps);
        Command train = new("speaker", "Teach a verifier of speakers.") { Data, Out, steps, Seed };
        train.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                using PreparedCorpus corpus = PreparedCorpus.Open(parsed.GetRequiredValue(Data));
                string path = parsed.GetRequiredValue(Out);
                JudgeTrainingConfig config = Config(parsed, steps);
                TextWriter output = parsed.InvocationConfiguration.Output;
                Stopwatch watch = Stopwatch.StartNew();
                using SpeakerVerifier verifier = SpeakerTraining.Run(corpus, config, (now, step, loss) =>
                {
                    Report(output, watch, step, config.Steps, loss);
                    now.Save(path);
                }, cancel);
                output.WriteLine($"{verifier.Info.Speakers.Count} speakers; {path}");
            },
            cancel));
        return train;
    }

    private static Command Accent()
    {
        JudgeTrainingConfig defaults = new() { Steps = 500, Network = new() { Width = 64, Embedding = 32 } };
        Option<int> steps = Steps(defaults.Steps);
        Option<string[]> folds = new("--fold")
        {
            Description = "Speakers that one network is taught without, commas between them, * for any ending; once "
                + "for each network. A speaker is judged by those that were taught without him.",
            Required = true,
        };
        Command train = new("accent", "Teach a classifier of accents.") { Data, Out, folds, steps, Seed };
        train.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                using PreparedCorpus corpus = PreparedCorpus.Open(parsed.GetRequiredValue(Data));
                IReadOnlyList<string>[] left = [.. parsed.GetRequiredValue(folds).Select(fold => fold.Split(','))];
                JudgeTrainingConfig config = Config(parsed, steps) with { Network = defaults.Network };
                TextWriter output = parsed.InvocationConfiguration.Output;
                Stopwatch watch = Stopwatch.StartNew();
                string path = parsed.GetRequiredValue(Out);
                using AccentClassifier classifier = AccentTraining.Run(corpus, config, left, (now, step, loss) =>
                {
                    Report(output, watch, step, left.Length * config.Steps, loss);
                    now.Save(path);
                }, cancel);
                output.WriteLine($"{string.Join(", ", classifier.Info.Accents)}; {path}");
            },
            cancel));
        return train;
    }

    private static Option<int> Steps(int standard) => new("--steps")
    {
        Description = "Optimizer steps.", DefaultValueFactory = _ => standard,
    };

    private static JudgeTrainingConfig Config(ParseResult parsed, Option<int> steps) => new()
    {
        Steps = Positive(parsed.GetValue(steps)),
        Seed = parsed.GetValue(Seed),
    };

    private static void Report(TextWriter output, Stopwatch watch, int step, int steps, double loss) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"step {step} of {steps}: loss {loss:0.000}, {Left(watch, step, steps):hh\\:mm\\:ss} left"));

    private static TimeSpan Left(Stopwatch watch, int step, int steps) =>
        watch.Elapsed * ((double)(steps - step) / step);

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
                TimeSpan left = Left(watch, progress.Step, config.Steps);
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
