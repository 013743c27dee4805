using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary><c>say</c>: text to a WAV file.</summary>
internal static class SayCommand
{
    public static Command Create()
    {
        SayOptions defaults = new();
        Argument<string> text = new("text") { Description = "What to say; - reads standard input." };
        Option<string?> voice = new("--voice") { Description = "A name from voices, or a voice's folder or file." };
        Option<string?> speaker = new("--speaker") { Description = "A speaker of the voice, as voices lists them." };
        Option<string?> accent = new("--accent")
        {
            Description = "An accent of the voice, as voices lists them; else the speaker's own.",
        };
        Option<string?> reference = new("--reference")
        {
            Description = "A recording whose accent to take, for a voice with accent tokens.",
        };
        Option<string?> vocoder = new("--vocoder")
        {
            Description = "A name from voices/, a folder or file, or griffin-lim; else the voice's or the clone's.",
        };
        Option<string> output = new("--out")
        {
            Description = "The WAV file to write.", DefaultValueFactory = _ => "speech.wav",
        };
        Option<double?> speed = new("--speed") { Description = "2 speaks in half the time; else the voice's own." };
        Option<int> seed = new("--seed")
        {
            Description = "The same seed says it the same way.", DefaultValueFactory = _ => defaults.Seed,
        };

        Command command = new("say", "Speak a text into a WAV file.")
        {
            text, voice, speaker, accent, reference, vocoder, output, speed, seed,
        };
        DecoderOptions.AddTo(command);
        command.SetAction((parsed, cancel) => Task.Run(
            () => Say(
                parsed.GetRequiredValue(text), parsed.GetValue(voice), parsed.GetValue(reference),
                parsed.GetValue(vocoder), parsed.GetValue(output)!,
                own => DecoderOptions.Over(parsed, own) with
                {
                    Speaker = parsed.GetValue(speaker),
                    Accent = parsed.GetValue(accent),
                    Speed = parsed.GetValue(speed) ?? own.Speed,
                    Seed = parsed.GetValue(seed),
                },
                parsed.InvocationConfiguration.Output, cancel),
            CancellationToken.None));
        return command;
    }

    private static void Say(
        string text, string? voiceName, string? reference, string? vocoderName, string path,
        Func<SayOptions, SayOptions> options, TextWriter output, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        AtomicFile.CheckWritable(path);
        string file = VoiceFolders.Find(voiceName);
        using Voice voice = Voice.Open(file);
        voice.Vocoder = VocoderFolders.For(vocoderName, file, voice.Info.Mel);
        SayOptions how = options(voice.Info.Synthesis.ToOptions());
        if (reference is not null)
            how = how with { Style = voice.Hear(SoundFile.Read(reference)) };
        List<float> samples = [];
        double firstSound = 0;
        foreach (Sound sound in voice.Say(text == "-" ? Console.In.ReadToEnd() : text, how))
        {
            if (samples.Count == 0)
                firstSound = Stopwatch.GetElapsedTime(start).TotalSeconds;
            samples.AddRange(sound.Samples);
            cancel.ThrowIfCancellationRequested();
        }
        Sound whole = new([.. samples], voice.Info.Mel.SampleRate);
        WavFile.Write(path, whole);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {whole.Seconds:0.0} s of speech in {elapsed:0.00} s, the first sound after {firstSound:0.00} s"));
    }
}
