using System.CommandLine;
using Kouyin.Speech.Data;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>teach</c>: prepared data with a voice's own mels, to fine-tune a vocoder on.</summary>
internal static class TeachCommand
{
    public static Command Create()
    {
        Option<string> data = new("--data")
        {
            Description = "A folder that prepare made with --keep-audio.", Required = true,
        };
        Option<string?> voice = new("--voice") { Description = "A name from voices, or a voice's folder or file." };
        Option<string> output = new("--out") { Description = "The folder to make.", Required = true };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace prepared data that is there already." };
        Command command = new("teach", "Lay a voice's own mels along recordings, to fine-tune a vocoder on.")
        {
            data, voice, output, overwrite,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Teach(
                parsed.GetRequiredValue(data), parsed.GetValue(voice), parsed.GetRequiredValue(output),
                parsed.GetValue(overwrite), parsed.InvocationConfiguration.Output, cancel),
            cancel));
        return command;
    }

    private static void Teach(
        string data, string? voiceName, string folder, bool overwrite, TextWriter output, CancellationToken cancel)
    {
        using PreparedCorpus corpus = PreparedCorpus.Open(data);
        using Voice voice = Voice.Open(VoiceFolders.Find(voiceName));
        int taught = WorkProgress.Run("teach", progress =>
            TeacherForcing.Run(corpus, voice, folder, overwrite, progress, cancel));
        output.WriteLine($"{taught} of {corpus.Utterances.Count} utterances with the voice's mels, in {folder}; "
            + "the others are of speakers that it does not know, and keep their own");
    }
}
