using System.CommandLine;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Pictures;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Telling;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>draw</c>: what people would rather look at than read.</summary>
internal static class DrawCommand
{
    public static Command Create() => new("draw", "Draw an utterance or a run's losses as an SVG picture.")
    {
        Utterance(), Copies(), Losses(),
    };

    private static Command Utterance()
    {
        Argument<string> id = new("id") { Description = "An utterance of the data, of a speaker of the voice." };
        Option<string> data = new("--data") { Description = "A folder that prepare made.", Required = true };
        Option<string?> voice = new("--voice") { Description = "A name from voices, or a voice's folder or file." };
        Option<string> output = new("--out") { Description = "The picture to write.", Required = true };
        Command command = new("utterance", "A recording, its alignment, and what the voice makes of its phones.")
        {
            id, data, voice, output,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => DrawUtterance(
                parsed.GetRequiredValue(id), parsed.GetRequiredValue(data), parsed.GetValue(voice),
                parsed.GetRequiredValue(output)),
            cancel));
        return command;
    }

    private static Command Copies()
    {
        Argument<string> id = new("id") { Description = "An utterance of the data." };
        Option<string> data = new("--data")
        {
            Description = "A folder that prepare made with --keep-audio.", Required = true,
        };
        Option<string[]> vocoders = new("--vocoder")
        {
            Description = "Vocoders by name, folder or file.", DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> output = new("--out") { Description = "The picture to write.", Required = true };
        Command command = new("copies", "A recording above what vocoders make of its mel.")
        {
            id, data, vocoders, output,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => DrawCopies(
                parsed.GetRequiredValue(id), parsed.GetRequiredValue(data), parsed.GetRequiredValue(vocoders),
                parsed.GetRequiredValue(output)),
            cancel));
        return command;
    }

    private static Command Losses()
    {
        Argument<string> run = new("run") { Description = "A folder that train made." };
        Option<string> output = new("--out") { Description = "The picture to write.", Required = true };
        Command command = new("losses", "The losses of a run, on training and on held-out utterances.") { run, output };
        command.SetAction((parsed, cancel) => Task.Run(
            () => AtomicFile.WriteText(
                parsed.GetRequiredValue(output), LossPicture.Draw(parsed.GetRequiredValue(run))), cancel));
        return command;
    }

    private static void DrawUtterance(string id, string data, string? voiceName, string path)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(data);
        string file = VoiceFolders.Find(voiceName);
        using Voice voice = Voice.Open(file);
        voice.Vocoder = VocoderFolders.For(null, file, voice.Info.Mel);
        Specimen specimen = new SpecimenMaker(corpus).Of(voice, voice.Vocoder, IndexOf(corpus, id), new());
        AtomicFile.WriteText(path, SpecimenPicture.Draw(specimen));
    }

    private static void DrawCopies(string id, string data, string[] names, string path)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(data);
        List<(string, IVocoder)> vocoders = [];
        try
        {
            foreach (string name in names)
                vocoders.Add((Path.GetFileName(name), VocoderFolders.Open(name, corpus.Info.Mel)));
            AtomicFile.WriteText(
                path, SpecimenPicture.Draw(new SpecimenMaker(corpus).Of(vocoders, IndexOf(corpus, id))));
        }
        finally
        {
            foreach (var (_, vocoder) in vocoders)
                (vocoder as IDisposable)?.Dispose();
        }
    }

    private static int IndexOf(PreparedCorpus corpus, string id)
    {
        for (int k = 0; k < corpus.Utterances.Count; k++)
        {
            if (corpus.Utterances[k].Id == id)
                return k;
        }
        throw new UserException(
            $"the data holds no utterance «{id}»", corpus.Folder, "choose one of its utterances.tsv");
    }
}
