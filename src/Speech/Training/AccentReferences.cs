using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Accent;

namespace Kouyin.Speech.Training;

/// <summary>Which recordings the accent tokens hear, all of the training part.</summary>
internal sealed class AccentReferences
{
    // Enough of each accent for its mean, and few enough for every checkpoint.
    private const int Typical = 64;

    private readonly PreparedCorpus _corpus;
    private readonly ReferenceChoice _choice;
    private readonly int _seed;
    private readonly Dictionary<string, (string Speaker, int[] Utterances)[]> _accents;
    private readonly Dictionary<string, int[]> _pools;

    /// <summary>Prepares to choose.</summary>
    /// <param name="corpus">Where they come from.</param>
    /// <param name="choice">How to choose.</param>
    /// <param name="seed">With the step and the utterance, decides which.</param>
    public AccentReferences(PreparedCorpus corpus, ReferenceChoice choice, int seed)
    {
        (_corpus, _choice, _seed) = (corpus, choice, seed);
        _accents = Enumerable.Range(0, corpus.Utterances.Count)
            .Where(k => corpus.Utterances[k].Split == Split.Train)
            .GroupBy(k => corpus.Utterances[k].Accent)
            .ToDictionary(accent => accent.Key, accent => accent
                .GroupBy(k => corpus.Utterances[k].Speaker)
                .OrderBy(speaker => speaker.Key, StringComparer.Ordinal)
                .Select(speaker => (speaker.Key, speaker.ToArray())).ToArray());
        _pools = _accents.Keys.ToDictionary(
            accent => accent, accent => Representatives(accent).Take(AccentMemory.PoolSize).ToArray());
    }

    /// <summary>One reference for each utterance.</summary>
    /// <param name="utterances">Indices into the corpus's utterances.</param>
    /// <param name="step">Which, from 1; 0 for a measurement.</param>
    public int[] Of(int[] utterances, long step) => Array.ConvertAll(utterances, utterance => _choice switch
    {
        ReferenceChoice.Target => utterance,
        ReferenceChoice.SameAccent => AnotherOf(utterance, Draws(utterance, step)),
        ReferenceChoice.ClassPool => FromPool(utterance, Draws(utterance, step)),
        _ => throw new InvalidOperationException($"no such choice: {_choice}"),
    });

    /// <summary>
    /// Recordings that stand for an accent: its speakers in turn, of each his utterances at even distances.
    /// </summary>
    public int[] Representatives(string accent)
    {
        var speakers = _accents[accent];
        int rounds = (Typical + speakers.Length - 1) / speakers.Length;
        return [.. Enumerable.Range(0, rounds).SelectMany(round => speakers
            .Where(speaker => round < speaker.Utterances.Length)
            .Select(speaker => speaker.Utterances[
                (int)((long)round * speaker.Utterances.Length / Math.Min(rounds, speaker.Utterances.Length))]))
            .Take(Math.Max(Typical, AccentMemory.PoolSize))];
    }

    private int AnotherOf(int utterance, Random random)
    {
        PreparedUtterance target = _corpus.Utterances[utterance];
        var others = Array.FindAll(_accents[target.Accent], speaker => speaker.Speaker != target.Speaker);
        if (others.Length > 0)
        {
            int[] heard = others[random.Next(others.Length)].Utterances;
            return heard[random.Next(heard.Length)];
        }
        int[] own = Array.FindAll(_accents[target.Accent][0].Utterances, k => k != utterance);
        return own.Length > 0 ? own[random.Next(own.Length)] : utterance;
    }

    private int FromPool(int utterance, Random random)
    {
        int[] pool = _pools[_corpus.Utterances[utterance].Accent];
        return pool[random.Next(pool.Length)];
    }

    private Random Draws(int utterance, long step) =>
        new(BatchSampler.HashCode(BatchSampler.HashCode(_seed, (int)step), utterance));
}
