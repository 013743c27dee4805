using System.CommandLine;
using System.Text.Json.Nodes;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Benchmark;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Torch;

namespace Kouyin.App.Commands;

/// <summary><c>bench vocode</c>: how long a vocoder takes, as one line of JSON.</summary>
internal static class BenchVocoderCommand
{
    private static readonly Option<string?> Name = new("--vocoder")
    {
        Description = "v1, v2 or v3 of HiFi-GAN, griffin-lim, or a vocoder by name, folder or file; else the clone's.",
    };

    private static readonly Option<int> Frames =
        new("--frames") { Description = "Frames of the mel.", DefaultValueFactory = _ => 300 };

    private static readonly Option<int> Steps =
        new("--steps") { Description = "Timed repetitions.", DefaultValueFactory = _ => 5 };

    private static readonly Option<int> Threads =
        new("--threads") { Description = "Threads to compute with.", DefaultValueFactory = _ => 1 };

    private static readonly Option<bool> BFloat16 = new("--bf16") { Description = "HiFi-GAN in bfloat16." };

    public static Command Create()
    {
        Command command = new("vocode", "Time a vocoder.") { Name, Frames, Steps, Threads, BFloat16 };
        command.SetAction(parsed =>
        {
            int frames = parsed.GetValue(Frames), steps = parsed.GetValue(Steps);
            if (frames < 1 || steps < 1)
                throw new UserException("frames and steps must be at least 1", "bench vocode", "give larger numbers");
            Engine.Threads = parsed.GetValue(Threads);
            (Timing timing, MelConfig mel) = Measure(parsed.GetValue(Name), frames, steps, parsed.GetValue(BFloat16));
            double least = timing.Wall.Min(), seconds = (double)frames * mel.HopSamples / mel.SampleRate;
            parsed.InvocationConfiguration.Output.WriteLine(new JsonObject
            {
                ["wall_s_min"] = Math.Round(least, 5),
                ["cpu_s_min"] = Math.Round(timing.Processor.Min(), 5),
                ["rtf"] = Math.Round(least / seconds, 5),
                ["frames"] = frames,
                ["threads"] = parsed.GetValue(Threads),
            }.ToJsonString());
        });
        return command;
    }

    private static (Timing Timing, MelConfig Mel) Measure(string? name, int frames, int steps, bool bf16)
    {
        if (name is not null && VocoderBenchmark.Published.TryGetValue(name, out HiFiGanConfig? config))
            return (VocoderBenchmark.Run(config, frames, steps, bf16), config.Mel);
        IVocoder vocoder = VocoderFolders.Open(name);
        using IDisposable? weights = vocoder as IDisposable;
        return (VocoderBenchmark.Run(vocoder, frames, steps), vocoder.Mel);
    }
}
