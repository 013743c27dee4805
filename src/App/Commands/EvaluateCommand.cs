using System.CommandLine;
using System.Globalization;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Clips;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>evaluate</c>: speaks for every speaker and accent, judges it and writes JSON and a page.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> VoiceName = new("voice")
    {
        Description = "A voice by name, folder or file, such as what train made.",
    };

    private static readonly Option<string[]> Data = new("--data")
    {
        Description = "Prepared data with its sound, whose held-out part the voice is held against.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> Truth = new("--truth")
    {
        Description = "Such data of which the voice learned nothing: all of it is used.",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "The page to write, .html; the numbers go beside it, .json. Else evaluation.html in the run.",
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "Utterances of each speaker in each accent at most, evenly chosen.",
        DefaultValueFactory = _ => 10,
    };

    private static readonly Option<string?> VocoderName = new("--vocoder")
    {
        Description = "What makes sound of mels, as for say.",
    };

    private static readonly Option<int> Seed = new("--seed") { Description = "Decides all chance." };

    public static Command Create()
    {
        Command command = new("evaluate", "Speak for every speaker and accent, and measure it beside recordings.")
        {
            VoiceName, Data, Truth, Out, Limit, VocoderName, Seed,
        };
        DecoderOptions.AddTo(command);
        command.SetAction((parsed, cancel) => Task.Run(() => Evaluate(parsed, cancel), cancel));
        return command;
    }

    private static void Evaluate(ParseResult parsed, CancellationToken cancel)
    {
        string name = VoiceFolders.Find(parsed.GetRequiredValue(VoiceName));
        string page = parsed.GetValue(Out) ?? Path.Combine(
            Directory.Exists(name) ? name : Path.GetDirectoryName(Path.GetFullPath(name))!,
            Path.ChangeExtension(VoiceEvaluation.FileName, ".html"));
        AtomicFile.CheckWritable(page);
        using Voice voice = Voice.Open(name);
        IVocoder vocoder = VocoderFolders.For(parsed.GetValue(VocoderName), name, voice.Info.Mel);
        using IDisposable? weights = vocoder as IDisposable;
        using Examiner examiner = Examiner.Open(
            parsed.GetRequiredValue(Data), parsed.GetRequiredValue(Truth), parsed.GetValue(Limit), voice.Info);
        SayOptions how = DecoderOptions.Over(parsed, voice.Info.Synthesis.ToOptions()) with
        {
            Seed = parsed.GetValue(Seed),
        };
        VoiceEvaluation found = examiner.Examine(name, voice, vocoder, how, page, cancel);
        Write(found, page, parsed.InvocationConfiguration.Output);
    }

    private static void Write(VoiceEvaluation found, string page, TextWriter output)
    {
        output.WriteLine($"{"measure (95 %)",-38}{"spoken",-26}{"ceiling",-26}floor");
        foreach (EvaluationRow row in found.Rows)
            output.WriteLine($"{row.Measure,-38}{Cell(row.Spoken)}{Cell(row.Ceiling)}{Cell(row.Floor)}".TrimEnd());
        output.WriteLine($"{found.Spoken.Count} utterances; the page is {page}");
    }

    private static string Cell(Measured? measured) => (measured is null ? "none" : string.Create(
        CultureInfo.InvariantCulture, $"{measured.Value:0.00} ({measured.Low:0.00} to {measured.High:0.00})"))
        .PadRight(26);
}
