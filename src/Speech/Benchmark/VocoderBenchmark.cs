using System.Diagnostics;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Torch;

namespace Kouyin.Speech.Benchmark;

/// <summary>
/// Times vocoders: HiFi-GAN's generator in its published shapes with weights of chance, or any vocoder.
/// </summary>
public static class VocoderBenchmark
{
    /// <summary>The published shapes, by name.</summary>
    public static IReadOnlyDictionary<string, HiFiGanConfig> Published { get; } = new Dictionary<string, HiFiGanConfig>
    {
        ["v1"] = HiFiGanConfig.V1, ["v2"] = HiFiGanConfig.V2, ["v3"] = HiFiGanConfig.V3,
    };

    /// <summary>Times a generator.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="frames">T.</param>
    /// <param name="repetitions">How often, beside once before.</param>
    /// <param name="bf16">Whether convolutions compute in bfloat16.</param>
    public static Timing Run(HiFiGanConfig config, int frames, int repetitions, bool bf16)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using ParameterStore store = ParameterStore.Fresh(37);
        store.UseBFloat16 = bf16;
        HiFiGan generator = new(store.Root, config);
        using Generator random = new(1);
        Tensor mel = Tensor.Randn([1, frames, config.NumMels], random);
        return Time(repetitions, () =>
        {
            using TensorScope inner = new();
            _ = generator.Forward(mel).ToArray();
        });
    }

    /// <summary>Times a vocoder.</summary>
    /// <param name="vocoder">Any.</param>
    /// <param name="frames">T.</param>
    /// <param name="repetitions">How often, beside once before.</param>
    public static Timing Run(IVocoder vocoder, int frames, int repetitions)
    {
        float[] mel = new float[frames * vocoder.Mel.Bands];
        Random random = new(1);
        foreach (ref float value in mel.AsSpan())
            value = vocoder.Mel.LowestValue * (0.2f + 0.6f * random.NextSingle());
        return Time(repetitions, () => _ = vocoder.Samples(mel));
    }

    private static Timing Time(int repetitions, Action run)
    {
        List<double> wall = [], processor = [];
        for (int k = 0; k <= repetitions; k++)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            run();
            if (k == 0)
                continue;
            wall.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalSeconds);
        }
        return new([.. wall], [.. processor]);
    }
}
