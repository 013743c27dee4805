using Kouyin.Speech.Model.Accent;
using Kouyin.Torch;

namespace Kouyin.Speech.Model;

/// <summary>Utterances to learn from, padded with zeros to the longest.</summary>
/// <param name="Symbols">Ids, [B, S], int64.</param>
/// <param name="SymbolCounts">Real symbols of each.</param>
/// <param name="Mel">[B, T, M], as the corpus has it.</param>
/// <param name="FrameCounts">Real frames of each, at least as many as symbols.</param>
/// <param name="Speakers">[B], int64; null for a model of one speaker.</param>
/// <param name="Accents">[B], int64; null for a model that knows no accents.</param>
/// <param name="References">What accent tokens hear of each one's accent; null in a model without them.</param>
public sealed record Batch(
    Tensor Symbols, long[] SymbolCounts, Tensor Mel, long[] FrameCounts, Tensor? Speakers, Tensor? Accents,
    Recordings? References = null)
{
    /// <summary>All of it that is libtorch's.</summary>
    internal IEnumerable<Tensor> Tensors =>
        new[] { Symbols, Mel, Speakers, Accents, References?.Mel }.OfType<Tensor>().Distinct();
}

/// <summary>Recordings, padded to the longest.</summary>
/// <param name="Mel">[B, T, M], as the corpus has it.</param>
/// <param name="FrameCounts">Real frames of each, at least 1.</param>
public sealed record Recordings(Tensor Mel, long[] FrameCounts);

/// <summary>The three losses, whose plain sum is minimized, and what those of accents need.</summary>
/// <param name="Duration">Squared error of the log durations, mean over symbols.</param>
/// <param name="Prior">Negative log likelihood of the mel under the encoder's means, mean over frames and
/// bands.</param>
/// <param name="Decoder">The decoder's own loss.</param>
public sealed record Losses(Tensor Duration, Tensor Prior, Tensor Decoder)
{
    /// <summary>The mean mel frame of every symbol, [B, S, M], zero on padding: an adversary may hear it.</summary>
    public required Tensor SymbolMeans { get; init; }

    /// <summary>What the accent tokens heard; null in a model without them.</summary>
    public HeardAccent? Heard { get; init; }

    /// <summary>How far it is from each utterance's accent, [B]; null where the recipe has no such loss.</summary>
    public Tensor? Accents { get; init; }

    /// <summary>What is minimized, but for what concerns accents.</summary>
    public Tensor Total => Duration + Prior + Decoder;
}

/// <summary>How to speak.</summary>
public sealed record SpeakOptions
{
    /// <summary>How the decoder draws.</summary>
    public Decoder.SampleOptions Sample { get; init; } = new();

    /// <summary>Speed: 2 speaks in half the time. Above 0.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>
    /// Durations as the reference rounds them: up to whole frames first and scaled after, which lengthens every symbol
    /// by half a frame. Off: scaled first, then rounded, at least one frame.
    /// </summary>
    public bool ReferenceDurations { get; init; }

    /// <summary>Frames of every symbol, row by row, [B, S], in place of the predicted ones; null: predict.</summary>
    public IReadOnlyList<float>? Durations { get; init; }
}

/// <summary>Spoken mels.</summary>
/// <param name="Mel">[B, T, M], as the corpus has it.</param>
/// <param name="Mean">What the encoder alone says, [B, T, M].</param>
/// <param name="FrameCounts">Real frames of each.</param>
/// <param name="Durations">Frames of every symbol, row by row, [B, S].</param>
public sealed record Spoken(Tensor Mel, Tensor Mean, int[] FrameCounts, float[] Durations);
