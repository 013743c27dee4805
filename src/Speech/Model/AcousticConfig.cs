using Kouyin.Speech.Model.Accent;
using Kouyin.Speech.Model.Decoder;
using Kouyin.Speech.Model.Decoder.Flow1d;
using Kouyin.Speech.Model.Encoder;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

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

    /// <summary>The speakers' vectors.</summary>
    public SpeakerConfig Speaker { get; init; } = new();

    /// <summary>The accents' vectors.</summary>
    public AccentConfig Accent { get; init; } = new();

    /// <summary>Who learns to tell what the model shall hide, or null.</summary>
    public AdversaryConfig? Adversary { get; init; }

    /// <summary>How they reach the decoder.</summary>
    public DecoderConditioning DecoderConditioning { get; init; } = new();

    /// <summary>Whether a blank stands before, between and after the phones.</summary>
    public bool Blanks { get; init; } = true;

    /// <summary>
    /// Frames of each utterance that the decoder trains on, a multiple of 4; 0 takes whole utterances.
    /// </summary>
    public int SegmentFrames { get; init; } = 172;

    /// <summary>Whether mels are brought to mean 0 and deviation 1 over the corpus. Off in Grad-TTS.</summary>
    public bool NormalizeMel { get; init; }

    /// <summary>Widths of the vectors in a model of this many speakers.</summary>
    internal ConditionWidths Widths(int speakers) => new(
        Speaker.Source == SpeakerSource.None || speakers == 1 ? 0 : Speaker.Width,
        Accent.Source == AccentSource.None ? 0 : Accent.Width);

    /// <summary>Everything that is wrong with the values.</summary>
    internal IEnumerable<string> Problems()
    {
        if (SegmentFrames < 0 || SegmentFrames % 4 != 0)
            yield return $"model.segment_frames is {SegmentFrames}, but must be 0 or a positive multiple of 4";
        if (Flow1d.Width % Flow1d.Heads != 0)
            yield return $"model.flow1d.heads {Flow1d.Heads} does not divide the width {Flow1d.Width}";
        if (Speaker.Width < 1 || Accent.Width < 1)
            yield return "model.speaker.width and model.accent.width must be at least 1";
        if (Adversary is { On: not AdversaryPlace.Mean } && Accent.Source != AccentSource.Tokens)
            yield return "model.adversary.on is reference or style, but model.accent.source is not tokens";
        foreach (string problem in Encoder.Problems().Concat(VectorProblems()))
            yield return problem;
        foreach (string problem in Accent.Problems().Concat(Adversary?.Problems() ?? []))
            yield return problem;
    }

    /// <summary>A vector that is asked for must be there, and one that is there must reach something.</summary>
    private IEnumerable<string> VectorProblems()
    {
        (string Name, bool Exists, bool Heard)[] vectors =
        [
            ("speaker", Speaker.Source != SpeakerSource.None,
                Encoder.HearsSpeaker || DecoderConditioning.Speaker != DecoderPath.None),
            ("accent", Accent.Source != AccentSource.None,
                Encoder.HearsAccent || DecoderConditioning.Accent != DecoderPath.None),
        ];
        foreach (var (name, exists, heard) in vectors)
        {
            if (heard && !exists)
            {
                yield return $"the encoder or the decoder is to hear the {name}, but model.{name}.source is none; set "
                    + $"it, or model.decoder_conditioning.{name} to none and take the {name} out of model.encoder";
            }
            if (exists && !heard)
            {
                yield return $"model.{name} has a source, but nothing hears it; use model.encoder.conditioning, "
                    + $"model.encoder.{name}_norm or model.decoder_conditioning.{name}, or set the source to none";
            }
        }
    }
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

    /// <summary>Accents.</summary>
    public required int Accents { get; init; }

    /// <summary>Mean of the training mels over all frames and bands; 0 leaves mels as they are.</summary>
    public double MelMean { get; init; }

    /// <summary>Their deviation; 1 leaves mels as they are.</summary>
    public double MelDeviation { get; init; } = 1;

    /// <summary>Mels as the model sees them, zero on padding.</summary>
    internal Tensor Normalized(Recordings recordings)
    {
        var (batch, frames, _) = recordings.Mel.Sizes3("[B, T, M]");
        Tensor mask = Mask.FromLengths(Tensor.From<long>(recordings.FrameCounts, batch), frames);
        return (recordings.Mel - MelMean) / MelDeviation * mask.To(recordings.Mel.Device);
    }
}
