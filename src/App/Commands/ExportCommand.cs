using System.CommandLine;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>export</c>: a run's voice, small enough to pass on.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> run = new("run") { Description = "A folder that train made, or a voice.safetensors." };
        Option<string> output = new("--out") { Description = "The folder of the voice to be.", Required = true };
        Command command = new("export", "Write a run's voice in half precision, without what only training needs.")
        {
            run, output,
        };
        command.SetAction((parsed, cancel) => Task.Run(() =>
        {
            string file = VoiceFile.Export(parsed.GetRequiredValue(run), parsed.GetRequiredValue(output));
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{file}: {new FileInfo(file).Length / 1e6:0.0} MB; "
                + "write a README.md beside it that says what it was trained on");
        }, cancel));
        return command;
    }
}
