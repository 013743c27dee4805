using Kouyin.Speech.Model;
using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>A portion for an acoustic model.</summary>
internal sealed record VoiceBatch : LearningBatch
{
    private readonly double _symbols, _seenFrames;

    /// <summary>Counts what the losses are means over.</summary>
    /// <param name="utterances">Indices into the corpus's utterances.</param>
    /// <param name="portion">Which of the step's portions.</param>
    /// <param name="batch">The same utterances as tensors.</param>
    /// <param name="segmentFrames">Frames of each that the decoder sees at most; 0: all.</param>
    /// <param name="problem">Why nothing can be learnt from it, or null.</param>
    public VoiceBatch(int[] utterances, int portion, Batch batch, int segmentFrames, string? problem)
        : base(utterances, portion, batch.FrameCounts.Sum(), problem)
    {
        Batch = batch;
        _symbols = batch.SymbolCounts.Sum();
        _seenFrames = segmentFrames == 0 ? Frames : batch.FrameCounts.Sum(frames => Math.Min(frames, segmentFrames));
    }

    public Batch Batch { get; }

    public override IEnumerable<Tensor> Tensors => Batch.Tensors;

    public override double Count(LossUnit unit) => unit switch
    {
        LossUnit.Symbol => _symbols,
        LossUnit.Frame => _seenFrames,
        _ => Utterances.Length,
    };
}
