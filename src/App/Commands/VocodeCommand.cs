using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;

namespace Kouyin.App.Commands;

/// <summary><c>vocode</c>: a recording to a mel and back, to hear what a vocoder does to it.</summary>
internal static class VocodeCommand
{
    public static Command Create()
    {
        Argument<string> input = new("recording") { Description = "A sound file of any rate and kind." };
        Option<string> output = new("--out") { Description = "The WAV file to write.", Required = true };
        Option<string?> vocoder = new("--vocoder")
        {
            Description = "A name from voices/, a folder or file, or griffin-lim; by default the clone's.",
        };
        Option<string?> mel = new("--mel")
        {
            Description = $"Mel settings: {string.Join(" or ", MelConfig.Profiles.Keys)}; by default the vocoder's, or "
                + "natural22k where none is named.",
        };
        Command command = new("vocode", "Copy a recording through a vocoder.") { input, output, vocoder, mel };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Copy(
                parsed.GetRequiredValue(input), parsed.GetRequiredValue(output), parsed.GetValue(vocoder),
                parsed.GetValue(mel) is { } profile ? PrepareCommand.Profile(profile) : null,
                parsed.InvocationConfiguration.Output),
            cancel));
        return command;
    }

    private static void Copy(string input, string path, string? name, MelConfig? chosen, TextWriter output)
    {
        AtomicFile.CheckWritable(path);
        IVocoder vocoder = VocoderFolders.Open(name, chosen);
        MelConfig mel = vocoder.Mel;
        using IDisposable? weights = vocoder as IDisposable;
        float[] recording = SoundFile.Read(input).To(mel.SampleRate).Samples;
        float[] frames = new MelSpectrogram(mel).Compute(recording);
        if (frames.Length == 0)
            throw new UserException("the recording is too short for one frame", input, "give a longer one");
        long start = Stopwatch.GetTimestamp();
        Sound copy = new(vocoder.Samples(frames), mel.SampleRate);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        WavFile.Write(path, copy);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {copy.Seconds:0.0} s, made in {elapsed:0.00} s by {vocoder.GetType().Name}"));
    }
}
