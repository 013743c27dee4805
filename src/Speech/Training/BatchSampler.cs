using Kouyin.Speech.Data;

namespace Kouyin.Speech.Training;

/// <summary>What the sampler knows of a training utterance.</summary>
/// <param name="Index">Index into the corpus's utterances.</param>
/// <param name="Frames">T.</param>
/// <param name="Speaker">The speaker's name.</param>
/// <param name="Accent">Its accent.</param>
/// <param name="Replayed">Whether it is shown only so that the model does not forget it.</param>
internal sealed record SampledUtterance(
    int Index, int Frames, string Speaker, string Accent, bool Replayed = false);

/// <summary>
/// The order of an epoch in batches of like lengths, for one of several processes that train together. It depends on
/// the recipe and the epoch alone, so a position is two numbers.
/// </summary>
/// <remarks>
/// Nothing is left out: an utterance longer than a batch may be is a batch of its own. Every process has as many
/// batches as every other, and those of one step are of like length, so that nobody waits.
/// </remarks>
public sealed class BatchSampler
{
    private readonly IReadOnlyList<SampledUtterance> _utterances;
    private readonly Recipe _recipe;
    private readonly int _rank, _processes;

    /// <summary>Prepares to sample.</summary>
    /// <param name="corpus">Its training part is used.</param>
    /// <param name="recipe">Says how large batches are, and how accents and speakers are balanced.</param>
    /// <param name="rank">Which of the processes this is, from 0.</param>
    /// <param name="processes">How many train together.</param>
    /// <exception cref="UserException">There are more processes than training utterances.</exception>
    public BatchSampler(PreparedCorpus corpus, Recipe recipe, int rank = 0, int processes = 1)
        : this(Training(corpus, recipe), recipe, rank, processes)
    {
    }

    internal BatchSampler(IReadOnlyList<SampledUtterance> utterances, Recipe recipe, int rank, int processes)
    {
        if (utterances.Count < processes)
            throw new UserException(
                $"there are {utterances.Count} training utterances for {processes} processes", "the prepared data",
                "prepare more data, or start fewer processes");
        (_utterances, _recipe, _rank, _processes) = (utterances, recipe, rank, processes);
    }

    /// <summary>The batches of an epoch that are this process's: indices into the corpus's utterances.</summary>
    /// <param name="epoch">From 0.</param>
    public IReadOnlyList<int[]> Epoch(int epoch) => [.. Steps(epoch).Select(step => step[_rank])];

    /// <summary>The batches of an epoch, step by step those of all processes.</summary>
    /// <param name="epoch">From 0.</param>
    public IReadOnlyList<int[][]> Steps(int epoch)
    {
        Random random = new(HashCode(_recipe.Seed, epoch));
        List<SampledUtterance> drawn = BalancedDraw.Draw(
            [.. _utterances.Where(u => !u.Replayed)], _recipe.AccentTemperature, _recipe.SpeakerTemperature, random);
        drawn.AddRange(Replayed(drawn.Count, random));
        List<SampledUtterance[]> batches = [];
        foreach (List<SampledUtterance> bucket in LengthBuckets.Split(drawn, _recipe.Buckets))
            batches.AddRange(Cut(LengthBuckets.Spread(bucket, random)));
        Even(batches);
        SampledUtterance[][][] steps = [.. batches.OrderBy(Longest).Chunk(_processes)];
        random.Shuffle(steps);
        return [.. steps.Select(step => Array.ConvertAll(
            step, batch => Array.ConvertAll(batch, utterance => utterance.Index)))];
    }

    private static SampledUtterance[] Training(PreparedCorpus corpus, Recipe recipe) =>
    [
        .. corpus.Utterances.Select((u, index) => (Utterance: u, Index: index))
            .Where(u => u.Utterance.Split == Split.Train)
            .Select(u => new SampledUtterance(u.Index, u.Utterance.Frames, u.Utterance.Speaker, u.Utterance.Accent,
                !recipe.Data.Selects(u.Utterance))),
    ];

    /// <summary>What is shown of data that the run is not for, beside so many utterances that it is for.</summary>
    private IEnumerable<SampledUtterance> Replayed(int shown, Random random)
    {
        SampledUtterance[] others = [.. _utterances.Where(u => u.Replayed)];
        double share = _recipe.Start?.Replay ?? 0;
        int count = others.Length == 0 ? 0 : (int)Math.Round(shown * share / (1 - share));
        random.Shuffle(others);
        return Enumerable.Range(0, count).Select(k => others[k % others.Length]);
    }

    private IEnumerable<SampledUtterance[]> Cut(SampledUtterance[] bucket)
    {
        int start = 0, longest = 0;
        for (int k = 0; k < bucket.Length; k++)
        {
            int count = k - start, padded = Math.Max(longest, bucket[k].Frames) * (count + 1);
            if (count > 0 && (count == _recipe.BatchUtterances || padded > _recipe.BatchFrames))
            {
                yield return bucket[start..k];
                (start, longest) = (k, 0);
            }
            longest = Math.Max(longest, bucket[k].Frames);
        }
        yield return bucket[start..];
    }

    /// <summary>
    /// Halves the largest batches until all processes have as many; where all hold one utterance, joins the shortest,
    /// past the limits. Nothing is dropped or repeated.
    /// </summary>
    private void Even(List<SampledUtterance[]> batches)
    {
        while (batches.Count % _processes != 0)
        {
            SampledUtterance[] largest = batches.MaxBy(batch => batch.Length)!;
            if (largest.Length == 1)
            {
                JoinShortest(batches);
                continue;
            }
            batches.Remove(largest);
            batches.Add(largest[..(largest.Length / 2)]);
            batches.Add(largest[(largest.Length / 2)..]);
        }
    }

    private void JoinShortest(List<SampledUtterance[]> batches)
    {
        int surplus = batches.Count % _processes;
        batches.Sort((a, b) => Longest(a) != Longest(b) ? Longest(a) - Longest(b) : a[0].Index - b[0].Index);
        for (int k = 0; k < surplus; k++)
            batches[surplus + k] = [.. batches[k], .. batches[surplus + k]];
        batches.RemoveRange(0, surplus);
    }

    private static int Longest(SampledUtterance[] batch) => batch.Max(utterance => utterance.Frames);

    // .NET's own hash of two numbers differs from run to run.
    internal static int HashCode(int seed, int epoch) =>
        unchecked((int)(((uint)seed * 2654435761) ^ ((uint)epoch * 40503)));
}
