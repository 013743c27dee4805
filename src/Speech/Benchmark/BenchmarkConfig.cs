using Kouyin.Speech.Model;
using Kouyin.Torch;

namespace Kouyin.Speech.Benchmark;

/// <summary>What to measure, at which sizes.</summary>
public sealed record BenchmarkConfig
{
    internal const int Mels = 80;

    /// <summary>Utterances at once, from 1.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Frames of the longest utterance, at least as many as tokens.</summary>
    public int Frames { get; init; } = 300;

    /// <summary>Symbols of the longest utterance, blanks included, from 3.</summary>
    public int Tokens { get; init; } = 60;

    /// <summary>Frames that the decoder trains on, a multiple of 4.</summary>
    public int Segment { get; init; } = 172;

    /// <summary>Training lengths are drawn from [1 - this, 1].</summary>
    public double Vary { get; init; } = 0.2;

    /// <summary>Width of the U-Net.</summary>
    public int Width { get; init; } = 64;

    /// <summary>A text encoder of two narrow layers instead of Grad-TTS's.</summary>
    public bool TinyEncoder { get; init; }

    /// <summary>Speakers; 1 makes a model without speaker vectors.</summary>
    public int Speakers { get; init; } = 1;

    /// <summary>Steps of the sampler.</summary>
    public int SamplerSteps { get; init; } = 10;

    /// <summary>Timed repetitions, from 1.</summary>
    public int Repetitions { get; init; } = 3;

    /// <summary>Repetitions before the timed ones.</summary>
    public int Warmup { get; init; } = 1;

    /// <summary>Whether convolutions compute in bfloat16.</summary>
    public bool BFloat16 { get; init; }

    /// <summary>Seed of weights and batches.</summary>
    public int Seed { get; init; } = 37;

    /// <summary>Where to compute.</summary>
    public Device Device { get; init; }

    internal AcousticConfig Model => new()
    {
        Decoder = DecoderKind.Score2d,
        Encoder = TinyEncoder ? new() { Width = 64, Hidden = 256, DurationHidden = 64, Layers = 2 } : new(),
        Score2d = new() { Width = Width },
        SegmentFrames = Segment,
    };

    internal AcousticShape Shape => new()
    {
        Symbols = SyntheticSpeech.Symbols, Mels = Mels, Speakers = Speakers, Accents = 1,
    };
}
