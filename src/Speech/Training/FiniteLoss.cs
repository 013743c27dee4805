using Kouyin.Speech.Data;

namespace Kouyin.Speech.Training;

/// <summary>The guard before every step backward.</summary>
internal static class FiniteLoss
{
    /// <summary>Refuses losses that are no numbers; the weights are as before the step.</summary>
    /// <exception cref="UserException">One is none.</exception>
    public static void Demand(IEnumerable<double> losses, long step, int[] utterances, PreparedCorpus corpus)
    {
        if (!losses.All(double.IsFinite))
        {
            throw new UserException(
                $"the loss at step {step} is no finite number",
                string.Join(", ", utterances.Select(k => corpus.Utterances[k].Id)),
                "look at these utterances, or lower learning_rate; --resume goes on from the last checkpoint");
        }
    }
}
