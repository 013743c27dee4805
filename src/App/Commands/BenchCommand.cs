using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Kouyin.Speech.Benchmark;
using Kouyin.Torch;

namespace Kouyin.App.Commands;

/// <summary><c>bench</c>: how long a training step, a synthesis or a preparation takes, as one line of JSON.</summary>
/// <remarks>Arguments and keys are those of the PyTorch yardstick that docs/speed.md compares with.</remarks>
internal static class BenchCommand
{
    private const double SampleRate = 22050, HopSamples = 256;

    private static readonly Option<int?> Batch = new("--batch") { Description = "Utterances; train 16, infer 1." };
    private static readonly Option<int> Frames = Number("--frames", "Frames of the longest utterance.", 300);
    private static readonly Option<int> Tokens = Number("--tokens", "Symbols of the longest, blanks included.", 60);
    private static readonly Option<int> Segment = Number("--segment", "Training segment, a multiple of 4.", 172);
    private static readonly Option<double> Vary =
        new("--vary") { Description = "Training lengths vary from 1 - this to 1.", DefaultValueFactory = _ => 0.2 };
    private static readonly Option<int?> Dim = new("--dim") { Description = "Width of the U-Net; 64, tiny: 16." };
    private static readonly Option<string> Preset =
        new("--preset") { Description = "full, or tiny: a narrow encoder too.", DefaultValueFactory = _ => "full" };
    private static readonly Option<int> Speakers = Number("--spks", "Speakers.", 1);
    private static readonly Option<int> SamplerSteps = Number("--nfe", "Steps of the sampler.", 10);
    private static readonly Option<int> Steps = Number("--steps", "Timed repetitions.", 3);
    private static readonly Option<int?> Warmup = new("--warmup") { Description = "Untimed ones; 1, on CUDA 5." };
    private static readonly Option<int> Threads = Number("--threads", "Threads to compute with.", 1);
    private static readonly Option<string> Where =
        new("--device") { Description = "cpu or cuda.", DefaultValueFactory = _ => "cpu" };
    private static readonly Option<bool> BFloat16 = new("--bf16") { Description = "Compute in bfloat16." };
    private static readonly Option<int> Seed = Number("--seed", "Seed of weights and utterances.", 37);

    public static Command Create() => new("bench", "Time training, synthesis or preparation; print one line of JSON.")
    {
        Mode("train", "Time training steps.", Train), Mode("infer", "Time synthesis up to the mel.", Infer),
        BenchRunCommand.Create(), BenchPrepareCommand.Create(), BenchVocoderCommand.Create(),
    };

    private static Command Mode(string name, string description, Func<BenchmarkConfig, JsonObject> run)
    {
        Command command = new(name, description)
        {
            Batch, Frames, Tokens, Segment, Vary, Dim, Preset, Speakers, SamplerSteps, Steps, Warmup, Threads, Where,
            BFloat16, Seed,
        };
        command.SetAction(parsed =>
        {
            BenchmarkConfig config = Config(parsed, name);
            Engine.Threads = parsed.GetValue(Threads);
            JsonObject result = run(config);
            Describe(result, parsed, config, name);
            parsed.InvocationConfiguration.Output.WriteLine(result.ToJsonString());
        });
        return command;
    }

    private static BenchmarkConfig Config(ParseResult parsed, string mode)
    {
        bool tiny = parsed.GetValue(Preset) switch
        {
            "full" => false,
            "tiny" => true,
            { } other => throw new UserException($"there is no preset «{other}»", "--preset", "choose full or tiny"),
            null => false,
        };
        Device device = parsed.GetValue(Where) switch
        {
            "cuda" when Device.CudaCount > 0 => Device.Cuda(),
            "cpu" or null => Device.Cpu,
            { } other => throw new UserException($"there is no device «{other}» here", "--device", "give cpu"),
        };
        BenchmarkConfig config = new()
        {
            Batch = parsed.GetValue(Batch) ?? (mode == "train" ? 16 : 1),
            Frames = parsed.GetValue(Frames), Tokens = parsed.GetValue(Tokens), Segment = parsed.GetValue(Segment),
            Vary = parsed.GetValue(Vary), Width = parsed.GetValue(Dim) ?? (tiny ? 16 : 64), TinyEncoder = tiny,
            Speakers = parsed.GetValue(Speakers), SamplerSteps = parsed.GetValue(SamplerSteps),
            Repetitions = parsed.GetValue(Steps), Warmup = parsed.GetValue(Warmup) ?? (device.IsCuda ? 5 : 1),
            BFloat16 = parsed.GetValue(BFloat16), Seed = parsed.GetValue(Seed), Device = device,
        };
        if (config.Frames < config.Tokens || config.Tokens < 3 || config.Segment < 4 || config.Segment % 4 != 0
            || config.Width < 8 || config.Width % 8 != 0 || config.Batch < 1 || config.Repetitions < 1)
        {
            throw new UserException(
                "these sizes do not fit", "bench",
                "give frames >= tokens >= 3, a segment that is a multiple of 4, a width of 8, and at least one step");
        }
        return config;
    }

    private static JsonObject Train(BenchmarkConfig config)
    {
        using SpeedBenchmark benchmark = new(config);
        var (timing, losses, frames) = benchmark.Train();
        double median = Timing.Median(timing.Wall);
        return new()
        {
            ["step_s_median"] = Round(median), ["step_s_min"] = Round(timing.Wall.Min()),
            ["cpu_s_median"] = Round(Timing.Median(timing.Processor)), ["cpu_s_min"] = Round(timing.Processor.Min()),
            ["segment_frames_per_s"] = Round(frames / median),
            ["losses"] = new JsonArray([.. losses.Select(loss => JsonValue.Create(Round(loss)))]),
        };
    }

    private static JsonObject Infer(BenchmarkConfig config)
    {
        using SpeedBenchmark benchmark = new(config);
        Timing timing = benchmark.Speak();
        double median = Timing.Median(timing.Wall);
        return new()
        {
            ["wall_s_median"] = Round(median), ["wall_s_min"] = Round(timing.Wall.Min()),
            ["cpu_s_median"] = Round(Timing.Median(timing.Processor)), ["cpu_s_min"] = Round(timing.Processor.Min()),
            ["rtf"] = Round(median * SampleRate / (HopSamples * config.Batch * config.Frames)),
            ["nfe"] = config.SamplerSteps,
        };
    }

    private static void Describe(JsonObject result, ParseResult parsed, BenchmarkConfig config, string mode)
    {
        using Process process = Process.GetCurrentProcess();
        result["peak_rss_mb"] = Round(process.PeakWorkingSet64 / 1048576.0);
        result["mode"] = mode;
        result["preset"] = config.TinyEncoder ? "tiny" : "full";
        result["batch"] = config.Batch;
        result["frames"] = config.Frames;
        result["tokens"] = config.Tokens;
        result["dim"] = config.Width;
        result["spks"] = config.Speakers;
        result["steps"] = config.Repetitions;
        result["threads"] = parsed.GetValue(Threads);
        result["device"] = config.Device.IsCuda ? "cuda" : "cpu";
        result["bf16"] = config.BFloat16;
        result["torch"] = Engine.Version;
        if (mode == "train")
            result["segment"] = config.Segment;
    }

    private static double Round(double value) => Math.Round(value, 5);

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
