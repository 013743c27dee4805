using System.CommandLine;
using Kouyin.Speech.Data;

namespace Kouyin.App.Commands;

/// <summary><c>corpus</c>: corpora that anybody can have, in the layout that <c>prepare</c> reads.</summary>
internal static class CorpusCommand
{
    public static Command Create() => new("corpus", "Make a corpus out of Debian packages; show prepared data.")
    {
        GcinVoice(), Espeak(), FactorialCommands.Factorial(), FactorialCommands.Judging(),
        FactorialCommands.Contrasts(), CorpusShowCommand.Create(),
    };

    private static Command GcinVoice()
    {
        Option<string> output = Output();
        Option<bool> overwrite = Overwrite();
        Option<string> from = new("--from")
        {
            Description = "The sounds of the package.",
            DefaultValueFactory = _ => GcinVoiceCorpus.PackageFolder,
        };
        Command command = new("gcin-voice", "Two real speakers from Taiwan, single syllables (package gcin-voice).")
        {
            output, from, overwrite,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                string folder = parsed.GetRequiredValue(output);
                (int converted, int leftOut) = WorkProgress.Run("gcin-voice", progress => GcinVoiceCorpus.Write(
                    parsed.GetRequiredValue(from), folder, parsed.GetValue(overwrite), progress, cancel));
                parsed.InvocationConfiguration.Output.WriteLine(
                    $"{converted} syllables in {folder}; left out {leftOut} sounds of letters that are no syllable");
            },
            cancel));
        return command;
    }

    private static Command Espeak()
    {
        Option<string> output = Output();
        Option<bool> overwrite = Overwrite();
        Option<string[]> sentences = new("--sentences")
        {
            Description = "Files of sentences, one a line, after a tab their pinyin. Left out: the built-in ones.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Option<string[]> voices = new("--voices")
        {
            Description = "Voice variants of espeak-ng, each a speaker: f2 f4 m1 m3 m7 unless told.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Command command = new("espeak", "Sentences spoken by espeak-ng, to teach how words join (package espeak-ng).")
        {
            output, sentences, voices, overwrite,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                string folder = parsed.GetRequiredValue(output);
                string[] files = parsed.GetRequiredValue(sentences);
                EspeakOptions options = new()
                {
                    Sentences = files.Length == 0 ? Sentence.BuiltIn() : [.. files.SelectMany(Sentence.Read)],
                    Overwrite = parsed.GetValue(overwrite),
                };
                if (parsed.GetRequiredValue(voices) is { Length: > 0 } chosen)
                    options = options with { Variants = chosen };
                double seconds = WorkProgress.Run(
                    "espeak", progress => EspeakCorpus.Write(options, folder, progress, cancel));
                parsed.InvocationConfiguration.Output.WriteLine($"{options.Sentences.Count} sentences, "
                    + $"{options.Variants.Count} speakers, {seconds / 60:0.0} minutes in {folder}");
            },
            cancel));
        return command;
    }

    private static Option<string> Output() => new("--out") { Description = "The folder to make.", Required = true };

    private static Option<bool> Overwrite() =>
        new("--overwrite") { Description = "Replace a corpus that is there already." };
}
