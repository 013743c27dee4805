using System.CommandLine;
using Kouyin.Speech.Model;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>voices</c>: what can speak.</summary>
internal static class VoicesCommand
{
    public static Command Create()
    {
        Command command = new("voices", "List the voices of this clone, their speakers and accents.");
        command.SetAction(parsed => List(parsed.InvocationConfiguration.Output));
        return command;
    }

    private static void List(TextWriter output)
    {
        foreach (string folder in VoiceFolders.All())
        {
            VoiceInfo info = VoiceInfo.Read(folder);
            output.WriteLine(
                $"{Path.GetFileName(folder)}  ({info.Mel.SampleRate} Hz, {info.Model.Decoder}, {info.Steps} steps)");
            foreach (VoiceSpeaker speaker in info.Speakers)
                output.WriteLine($"  {speaker.Name,-12} {speaker.Gender,-8} {speaker.Accent}");
            if (info.Model.Speaker.Source == SpeakerSource.None)
                output.WriteLine("  all of them sound alike: the voice tells no speakers apart");
            if (info.Accents.Count > 0)
                output.WriteLine($"  each in any accent of: {string.Join(", ", info.Accents)}");
        }
    }
}
