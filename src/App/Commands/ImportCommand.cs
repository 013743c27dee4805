using System.CommandLine;
using Kouyin.Speech.Import;

namespace Kouyin.App.Commands;

/// <summary><c>import</c>: weights of PyTorch to safetensors.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "A file of torch.save; nothing in it is executed." };
        Option<string> output = new("--out", "-o") { Description = "The safetensors file to write.", Required = true };
        Option<string?> part = new("--part") { Description = "Which dictionary of the file, if several hold models." };
        Option<string?> config = new("--config") { Description = "HiFi-GAN's config.json, if not a published one." };

        Command command = new("import", "Turn PyTorch weights of Grad-TTS or HiFi-GAN into safetensors.")
        {
            file, output, part, config,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Report(parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(output), WeightImport.Run(
                parsed.GetRequiredValue(file), parsed.GetRequiredValue(output), parsed.GetValue(part),
                parsed.GetValue(config), cancel)), cancel));
        return command;
    }

    private static void Report(TextWriter text, string output, ImportReport report)
    {
        string part = report.Part.Length > 0 ? $", from part «{report.Part}»" : "";
        text.WriteLine($"{output}: {report.Model}, {report.Tensors} tensors, {report.Numbers:N0} numbers{part}");
        if (report.LeftOut.Count > 0)
            text.WriteLine($"left out: {string.Join(", ", report.LeftOut.Select(name => $"«{name}»"))}");
    }
}
