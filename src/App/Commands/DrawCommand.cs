using System.CommandLine;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Pictures;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>draw</c>: what people would rather look at than read.</summary>
internal static class DrawCommand
{
    public static Command Create() => new("draw", "Draw an utterance or a run's losses as an SVG picture.")
    {
        Utterance(), Losses(),
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

    private static Command Losses()
    {
        Argument<string> run = new("run") { Description = "A folder that train made." };
        Option<string> output = new("--out") { Description = "The picture to write.", Required = true };
        Command command = new("losses", "The losses of a run, on training and on held-out utterances.") { run, output };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Write(parsed.GetRequiredValue(output), LossPicture.Draw(parsed.GetRequiredValue(run))), cancel));
        return command;
    }

    private static void DrawUtterance(string id, string data, string? voiceName, string path)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(data);
        using Voice voice = Voice.Open(VoiceFolders.Find(voiceName));
        int index = corpus.Utterances.Select(utterance => utterance.Id).ToList().IndexOf(id);
        if (index < 0)
            throw new UserException($"the data holds no utterance «{id}»", data, "choose one of its utterances.tsv");
        Write(path, UtterancePicture.Draw(voice, corpus, index, new()));
    }

    private static void Write(string path, string svg) =>
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(svg)));
}
