namespace Kouyin.Speech.Training;

/// <summary>Utterances of like length together, none left out, whatever the lengths are.</summary>
internal static class LengthBuckets
{
    // A bucket's longest over its shortest, so long as the bucket is mixed.
    private const double Width = 1.08;

    /// <summary>Splits utterances into buckets by a list of bounds, or as the data wants it.</summary>
    /// <param name="utterances">Any number.</param>
    /// <param name="bounds">Upper bounds in frames, ascending; beyond the last comes one more bucket.</param>
    /// <returns>From the shortest; every utterance in exactly one, and no bucket empty.</returns>
    public static List<List<SampledUtterance>> Split(
        IEnumerable<SampledUtterance> utterances, IReadOnlyList<int> bounds) => bounds.Count == 0
            ? Split(utterances)
            : [.. utterances.OrderBy(u => u.Frames).ThenBy(u => u.Index)
                .GroupBy(u => bounds.Count(bound => u.Frames > bound)).Select(bucket => bucket.ToList())];

    /// <summary>
    /// Splits utterances into buckets. Each has two speakers and two accents at least, if the data has: batches of one
    /// voice or accent would teach the model that voice instead of what it says.
    /// </summary>
    /// <param name="utterances">Any number.</param>
    /// <returns>From the shortest; every utterance in exactly one, and no bucket empty.</returns>
    public static List<List<SampledUtterance>> Split(IEnumerable<SampledUtterance> utterances)
    {
        SampledUtterance[] sorted = [.. utterances.OrderBy(u => u.Frames).ThenBy(u => u.Index)];
        bool oneSpeaker = sorted.DistinctBy(u => u.Speaker).Count() == 1;
        bool oneAccent = sorted.DistinctBy(u => u.Accent).Count() == 1;
        bool Mixed(List<SampledUtterance> bucket) =>
            (oneSpeaker || bucket.Exists(u => u.Speaker != bucket[0].Speaker))
            && (oneAccent || bucket.Exists(u => u.Accent != bucket[0].Accent));

        List<List<SampledUtterance>> buckets = [];
        foreach (SampledUtterance utterance in sorted)
        {
            if (buckets.Count == 0 || (utterance.Frames > Width * buckets[^1][0].Frames && Mixed(buckets[^1])))
                buckets.Add([]);
            buckets[^1].Add(utterance);
        }
        while (buckets.Count > 1 && !Mixed(buckets[^1]))
        {
            buckets[^2].AddRange(buckets[^1]);
            buckets.RemoveAt(buckets.Count - 1);
        }
        return buckets;
    }

    /// <summary>
    /// A bucket in random order, but with every accent spread evenly over it, so that its batches are mixed as it is.
    /// </summary>
    public static SampledUtterance[] Spread(List<SampledUtterance> bucket, Random random)
    {
        SampledUtterance[] order = [.. bucket];
        random.Shuffle(order);
        double[] places = new double[order.Length];
        Dictionary<string, int> counts = order.CountBy(u => u.Accent).ToDictionary(), seen = [];
        for (int k = 0; k < order.Length; k++)
        {
            int before = seen.GetValueOrDefault(order[k].Accent);
            seen[order[k].Accent] = before + 1;
            places[k] = (before + random.NextDouble()) / counts[order[k].Accent];
        }
        Array.Sort(places, order);
        return order;
    }
}
