using Kouyin.Speech.Data;

namespace Kouyin.Speech.Training;

/// <summary>
/// The order of an epoch: every training utterance once, in batches of like lengths. It depends on the seed and the
/// epoch alone, so a position is two numbers.
/// </summary>
public sealed class BatchSampler
{
    // Lengths are sorted within windows of so many utterances: enough for little padding, few enough for chance.
    private const int Window = 1024;

    private readonly int[] _utterances;
    private readonly IReadOnlyList<PreparedUtterance> _all;
    private readonly Recipe _recipe;

    /// <summary>Prepares to sample.</summary>
    /// <param name="corpus">Its training part is used.</param>
    /// <param name="recipe">Says how large batches are.</param>
    public BatchSampler(PreparedCorpus corpus, Recipe recipe)
    {
        _recipe = recipe;
        _all = corpus.Utterances;
        _utterances = [.. Enumerable.Range(0, _all.Count).Where(k => _all[k].Split == Split.Train)];
    }

    /// <summary>The batches of an epoch: indices into the corpus's utterances.</summary>
    /// <param name="epoch">From 0.</param>
    public IReadOnlyList<int[]> Epoch(int epoch)
    {
        Random random = new(HashCode(_recipe.Seed, epoch));
        int[] order = [.. _utterances];
        random.Shuffle(order);
        List<int[]> batches = [];
        foreach (int[] window in order.Chunk(Window))
        {
            Array.Sort(window, (a, b) =>
                _all[a].Frames != _all[b].Frames ? _all[a].Frames - _all[b].Frames : a - b);
            batches.AddRange(Cut(window));
        }
        int[][] shuffled = [.. batches];
        random.Shuffle(shuffled);
        return shuffled;
    }

    private IEnumerable<int[]> Cut(int[] sorted)
    {
        List<int> batch = [];
        foreach (int utterance in sorted)
        {
            bool full = batch.Count == _recipe.BatchUtterances
                || (batch.Count + 1) * _all[utterance].Frames > _recipe.BatchFrames;
            if (full && batch.Count > 0)
            {
                yield return [.. batch];
                batch.Clear();
            }
            batch.Add(utterance);
        }
        if (batch.Count > 0)
            yield return [.. batch];
    }

    // .NET's own hash of two numbers differs from run to run.
    internal static int HashCode(int seed, int epoch) =>
        unchecked((int)(((uint)seed * 2654435761) ^ ((uint)epoch * 40503)));
}
