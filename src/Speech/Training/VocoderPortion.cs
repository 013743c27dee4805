using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>A portion for a vocoder.</summary>
internal sealed record VocoderPortion : LearningBatch
{
    private readonly double _voiced;

    /// <summary>Counts what the losses are means over.</summary>
    /// <param name="utterances">Indices into the corpus's utterances.</param>
    /// <param name="portion">Which of the step's portions.</param>
    /// <param name="segmentFrames">Frames of each segment.</param>
    /// <param name="heard">Segments to hear the pitch in.</param>
    /// <param name="batch">Segments to make the sound of; null where only pitch is learnt.</param>
    public VocoderPortion(
        int[] utterances, int portion, int segmentFrames, VocoderBatch heard, VocoderBatch? batch)
        : base(utterances, portion, (long)utterances.Length * segmentFrames)
    {
        (Heard, Batch) = (heard, batch);
        _voiced = 1 + heard.Voiced.ToArray().Sum(); // as the loss divides
    }

    public VocoderBatch Heard { get; }

    public VocoderBatch? Batch { get; }

    public override IEnumerable<Tensor> Tensors => [.. Heard.Tensors, .. Batch?.Tensors ?? []];

    public override double Count(LossUnit unit) => unit == LossUnit.Frame ? _voiced : Utterances.Length;
}
