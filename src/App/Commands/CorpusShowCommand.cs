using System.CommandLine;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Corpora;
using Spectre.Console;

namespace Kouyin.App.Commands;

/// <summary><c>corpus show</c>: what prepared data holds, on the terminal and as a page.</summary>
internal static class CorpusShowCommand
{
    private const int PlainWidth = 110;

    public static Command Create()
    {
        Argument<string> data = new("data") { Description = "A folder that prepare made." };
        Option<string?> output = new("--out")
        {
            Description = "Also write a page there, one HTML file with clips to play.",
        };
        Command command = new("show", "Show what prepared data holds: hours, speakers, accents, pitch, refusals.")
        {
            data, output,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Show(
                parsed.GetRequiredValue(data), parsed.GetValue(output), parsed.InvocationConfiguration.Output),
            cancel));
        return command;
    }

    private static void Show(string folder, string? page, TextWriter output)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(folder);
        CorpusSummary summary = new(corpus);
        CorpusGroup all = summary.All;
        output.WriteLine($"{all.Train + all.HeldOut} utterances, {all.HeldOut} of them held out, "
            + $"{all.Seconds / 3600:0.00} hours, {all.Speakers} speakers, {summary.Accents.Count} accents");
        output.WriteLine($"length {Quantiles(all.Lengths, "s")}; phones a second {Quantiles(all.Rates, "")}");
        IAnsiConsole console = Console(output);
        console.Write(Groups("accent", summary.Accents));
        console.Write(Groups("speaker", summary.Speakers));
        foreach ((RefusalReason reason, int count, Refusal example) in summary.Refusals)
            output.WriteLine($"refused {count}: {reason}, such as {example.Id}: {example.Detail}");
        if (page is null)
            return;
        AtomicFile.WriteText(page, summary.ToHtml(corpus));
        output.WriteLine($"the page is {page}");
    }

    private static Table Groups(string title, IReadOnlyList<CorpusGroup> groups)
    {
        bool speakers = title == "speaker";
        Table table = new() { Border = TableBorder.Minimal };
        table.AddColumn(title);
        foreach (string column in (string[])[speakers ? "accent" : "speakers", "learn", "held out", "minutes",
            "phones/s", "F0 5 %", "50 %", "95 %"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (CorpusGroup group in groups)
        {
            string[] pitch = [.. new[] { 0.05, 0.5, 0.95 }.Select(share => group.Octaves.Total == 0
                ? "-" : $"{Math.Pow(2, group.Octaves.Quantile(share)):0}")];
            table.AddRow([.. ((string[])[group.Name, speakers ? group.Accent : $"{group.Speakers}", $"{group.Train}",
                $"{group.HeldOut}", $"{group.Seconds / 60:0.0}", $"{group.PhoneRate:0.0}", .. pitch])
                .Select(Markup.Escape)]);
        }
        return table;
    }

    private static string Quantiles(Histogram histogram, string unit) =>
        $"{histogram.Quantile(0.05):0.0} to {histogram.Quantile(0.95):0.0} {unit}".TrimEnd()
        + $", median {histogram.Quantile(0.5):0.0} {unit}".TrimEnd();

    /// <summary>Tables as text, on whatever the command writes to.</summary>
    private static IAnsiConsole Console(TextWriter output)
    {
        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = PlainWidth;
        return console;
    }
}
