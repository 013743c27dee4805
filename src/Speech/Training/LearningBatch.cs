using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>What a loss is a mean over. It decides how much each portion of a batch weighs in the whole.</summary>
internal enum LossUnit
{
    /// <summary>Utterances, or a vocoder's segments.</summary>
    Utterance,

    /// <summary>Symbols of all utterances.</summary>
    Symbol,

    /// <summary>Frames that the loss sees.</summary>
    Frame,
}

/// <summary>One loss of a portion.</summary>
/// <param name="Value">[], the mean over the portion's units.</param>
/// <param name="MeanOver">Which units.</param>
/// <param name="Weight">In the sum that is minimized; 0 only reports it.</param>
internal readonly record struct LossTerm(Tensor Value, LossUnit MeanOver, double Weight = 1)
{
    /// <summary>The numbers. Waits for the device, once.</summary>
    public static double[] Values(LossTerm[] terms) => Array.ConvertAll(
        Tensor.Stack(0, Array.ConvertAll(terms, term => term.Value)).ToArray(), value => (double)value);
}

/// <summary>
/// A portion of a step's batch, ready for the model. One process may do several portions of a step one after another,
/// several processes may share them: the sum of all portions' weighted gradients is that of the whole batch.
/// </summary>
/// <param name="Utterances">Indices into the corpus's utterances.</param>
/// <param name="Portion">Which of the step's portions, from 0; with the step it decides everything drawn.</param>
/// <param name="Frames">Real frames in it.</param>
/// <param name="Problem">Why nothing can be learnt from it, or null.</param>
internal abstract record LearningBatch(int[] Utterances, int Portion, long Frames, string? Problem = null)
{
    /// <summary>Everything that the portion holds in libtorch's memory.</summary>
    public abstract IEnumerable<Tensor> Tensors { get; }

    /// <summary>How many units a loss of the portion is the mean over.</summary>
    public abstract double Count(LossUnit unit);
}
