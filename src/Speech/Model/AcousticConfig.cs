using Kouyin.Speech.Model.Decoder;
using Kouyin.Speech.Model.Decoder.Flow1d;
using Kouyin.Speech.Model.Encoder;

namespace Kouyin.Speech.Model;

/// <summary>Which decoder turns the text's mean into a mel.</summary>
public enum DecoderKind
{
    /// <summary>Grad-TTS's diffusion over the mel as a picture: what the log's recipes use.</summary>
    Score2d,

    /// <summary>Flow matching over time alone: cheap, what Kouyin's own voices use.</summary>
    Flow1d,
}

/// <summary>What the acoustic model is made of.</summary>
public sealed record AcousticConfig
{
    /// <summary>The text encoder.</summary>
    public TextEncoderConfig Encoder { get; init; } = new();

    /// <summary>The decoder in use.</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Score2d;

    /// <summary>Sizes of the score2d decoder, where it is in use.</summary>
    public Score2dConfig Score2d { get; init; } = new();

    /// <summary>Sizes of the flow1d decoder, where it is in use.</summary>
    public Flow1dConfig Flow1d { get; init; } = new();

    /// <summary>Width of the speaker vectors.</summary>
    public int SpeakerWidth { get; init; } = 64;

    /// <summary>Whether a blank stands before, between and after the phones.</summary>
    public bool Blanks { get; init; } = true;

    /// <summary>
    /// Frames of each utterance that the decoder trains on, a multiple of 4; 0 takes whole utterances.
    /// </summary>
    public int SegmentFrames { get; init; } = 172;

    /// <summary>Whether mels are brought to mean 0 and deviation 1 over the corpus. Off in Grad-TTS.</summary>
    public bool NormalizeMel { get; init; }
}

/// <summary>What the data decides of a model, never the recipe.</summary>
public sealed record AcousticShape
{
    /// <summary>V: symbols, blank included.</summary>
    public required int Symbols { get; init; }

    /// <summary>M: mel bands.</summary>
    public required int Mels { get; init; }

    /// <summary>Speakers; 1 makes a model without speaker vectors.</summary>
    public required int Speakers { get; init; }

    /// <summary>Mean of the training mels over all frames and bands; 0 leaves mels as they are.</summary>
    public double MelMean { get; init; }

    /// <summary>Their deviation; 1 leaves mels as they are.</summary>
    public double MelDeviation { get; init; } = 1;
}
