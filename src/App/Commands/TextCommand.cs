using System.CommandLine;
using System.Text;
using Kouyin.Speech.Phones;
using Kouyin.Speech.Text;

namespace Kouyin.App.Commands;

/// <summary><c>text</c>: shows how text is read, a line for each line.</summary>
internal static class TextCommand
{
    private static readonly string[] Levels = ["normalized", "lexical", "surface", "phones", "json"];

    public static Command Create()
    {
        Argument<string?> text = new("text")
        {
            Description = "What to read; without it, the lines of standard input.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> to = new("--to")
        {
            Description = $"{string.Join(", ", Levels)}; lexical and surface are pinyin before and after sandhi.",
            DefaultValueFactory = _ => "surface",
        };
        to.AcceptOnlyFromAmong(Levels);
        Option<bool> explain = new("--explain") { Description = "Show every word and which rule chose its reading." };
        Option<string> phones = new("--phones")
        {
            Description = $"Phone set: {string.Join(" or ", PhoneSet.All.Select(set => set.Name))}.",
            DefaultValueFactory = _ => PhoneSet.InitialsFinals.Name,
        };
        Option<FileInfo?> lexicon = new("--lexicon") { Description = "Your own words, one a line: 行家 hang2 jia5." };
        Option<string> accent = new("--accent")
        {
            Description = $"Whose erhua and neutral tone: {string.Join(", ", AccentPolicy.ByAccent.Keys)}.",
            DefaultValueFactory = _ => "standard",
        };
        accent.AcceptOnlyFromAmong([.. AccentPolicy.ByAccent.Keys]);
        Option<Language> language = new("--language")
        {
            Description = "Whose words numbers are read in: auto, mandarin or english.",
        };

        Command command = new("text", "Show how text is read: spelled out, in pinyin, in phones.")
        {
            text, to, explain, phones, lexicon, accent, language,
        };
        command.SetAction(parsed =>
        {
            string level = parsed.GetValue(explain) ? "explain" : parsed.GetRequiredValue(to);
            TextPrinter printer = new(level, PhoneSet.Named(parsed.GetRequiredValue(phones)), new()
            {
                Lexicon = parsed.GetValue(lexicon) is FileInfo file ? UserLexicon.Load(file.FullName) : null,
                Accent = AccentPolicy.ByAccent[parsed.GetRequiredValue(accent)],
                Language = parsed.GetValue(language),
            });
            Print(printer, parsed.GetValue(text), parsed.InvocationConfiguration);
        });
        return command;
    }

    private static void Print(TextPrinter printer, string? text, InvocationConfiguration console)
    {
        using StreamWriter? standard = console.Output == Console.Out
            ? new(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16) : null;
        TextWriter output = standard ?? console.Output;
        if (text is not null)
        {
            printer.Print(text, 1, output, console.Error);
            return;
        }
        using StreamReader input = new(Console.OpenStandardInput(), Encoding.UTF8);
        for (int number = 1; input.ReadLine() is string line; number++)
            printer.Print(line, number, output, console.Error);
    }
}
