using System.CommandLine;
using Kouyin.Speech.Data;
using Kouyin.Speech.Data.Factorial;

namespace Kouyin.App.Commands;

/// <summary>
/// <c>corpus factorial</c>, <c>corpus judging</c> and <c>corpus contrasts</c>: speakers in all accents, and the proof.
/// </summary>
internal static class FactorialCommands
{
    public static Command Factorial()
    {
        Option<string> output = new("--out") { Description = "The folder to make.", Required = true };
        Option<string[]> sentences = Sentences();
        Option<int> seed = Seed();
        Option<int> testEvery = new("--test-every")
        {
            Description = "Hold out every so many-th sentence; off the diagonal only those are said.",
            DefaultValueFactory = _ => 10,
        };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace a corpus that is there already." };
        Command command = new("factorial",
            "Twelve speakers in three accents: each in his own to learn from, and the truth of the others "
            + "(package espeak-ng).")
        {
            output, sentences, testEvery, seed, overwrite,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                string folder = parsed.GetRequiredValue(output);
                FactorialOptions options = new()
                {
                    Sentences = Read(parsed.GetRequiredValue(sentences)),
                    TestEvery = Positive(parsed.GetValue(testEvery), "--test-every"),
                    Seed = parsed.GetValue(seed),
                    Overwrite = parsed.GetValue(overwrite),
                };
                (int on, int off, double seconds) = WorkProgress.Run(
                    "factorial", progress => FactorialCorpus.Write(options, folder, progress, cancel));
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"{on} utterances in {Path.Combine(folder, FactorialCorpus.Diagonal)}, {off} in "
                    + $"{Path.Combine(folder, FactorialCorpus.OffDiagonal, FactorialCorpus.ListFile)}, "
                    + $"{seconds / 60:0.0} minutes");
            },
            cancel));
        return command;
    }

    public static Command Judging()
    {
        Option<string> output = new("--out") { Description = "The folder to make.", Required = true };
        Option<int> sentences = new("--count")
        {
            Description = "How many sentences each speaker says in every accent.",
            DefaultValueFactory = _ => 16,
        };
        Option<int> seed = Seed();
        Option<bool> overwrite = new("--overwrite") { Description = "Replace such a folder that is there already." };
        Command command = new("judging",
            "Speech to teach judges with: the factorial corpus's speakers and twelve more in all three accents, other "
            + "sentences (package espeak-ng).")
        {
            output, sentences, seed, overwrite,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                string folder = parsed.GetRequiredValue(output);
                (int utterances, double seconds) = WorkProgress.Run("judging", progress => FactorialJudging.Write(
                    folder, Positive(parsed.GetValue(sentences), "--count"), parsed.GetValue(seed),
                    parsed.GetValue(overwrite), progress, cancel));
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"{utterances} utterances in {Path.Combine(folder, FactorialJudging.ListFile)}, "
                    + $"{seconds / 60:0.0} minutes");
            },
            cancel));
        return command;
    }

    public static Command Contrasts()
    {
        Option<string[]> sentences = Sentences();
        Option<int> seed = Seed();
        Option<int> count = new("--count")
        {
            Description = "How many sentences every speaker says in every accent.",
            DefaultValueFactory = _ => 40,
        };
        Command command = new("contrasts",
            "Measure how the accents and the speakers of corpus factorial differ, beside how they were designed.")
        {
            sentences, count, seed,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                FactorialOptions options = new()
                {
                    Sentences = [.. Read(parsed.GetRequiredValue(sentences))
                        .Take(Positive(parsed.GetValue(count), "--count"))],
                    Seed = parsed.GetValue(seed),
                };
                FactorialProof proof = WorkProgress.Run(
                    "contrasts", progress => FactorialProof.Measure(options, progress, cancel));
                parsed.InvocationConfiguration.Output.Write(proof.ToMarkdown());
            },
            cancel));
        return command;
    }

    private static IReadOnlyList<Sentence> Read(string[] files) =>
        files.Length == 0 ? Sentence.BuiltIn() : [.. files.SelectMany(Sentence.Read)];

    private static Option<string[]> Sentences() => new("--sentences")
    {
        Description = "Files of sentences, one a line, after a tab their pinyin. Left out: the built-in ones.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private static Option<int> Seed() => new("--seed")
    {
        Description = "Decides every chance of lengths and melodies; the same gives the same bytes.",
        DefaultValueFactory = _ => 1,
    };

    private static int Positive(int value, string option) => value > 0
        ? value
        : throw new UserException($"{option} should be 1 or more, but is {value}", option, $"leave {option} out");
}
