using System.CommandLine;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>export</c>: a run's voice or vocoder, small enough to pass on.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> run = new("run") { Description = "A folder that train made, or its voice or vocoder file." };
        Option<string> output = new("--out") { Description = "The folder to be.", Required = true };
        Command command = new("export", "Write a run's voice or vocoder in half precision.")
        {
            run, output,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            (string made, string folder) = (parsed.GetRequiredValue(run), parsed.GetRequiredValue(output));
            bool isVocoder = Directory.Exists(made) && File.Exists(VocoderFile.In(made));
            string file = isVocoder || Path.GetFileName(made) == VocoderFile.Name
                ? VocoderFile.Export(made, folder)
                : VoiceFile.Export(made, folder);
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{file}: {new FileInfo(file).Length / 1e6:0.0} MB; "
                + "write a README.md beside it that says what it was trained on");
        }, cancel));
        return command;
    }
}
