namespace Kouyin.Speech.Training;

/// <summary>Which utterances an epoch shows, and how often: accents and speakers evened out by a temperature.</summary>
/// <remarks>
/// Of a class with n of the N utterances the epoch shows N p, where p is proportional to n^(1/temperature): 1 leaves
/// the data as it is, infinity makes all classes equal. First over accents, then over the speakers within each. What
/// is shown of a speaker goes round all his utterances before any comes again.
/// </remarks>
internal static class BalancedDraw
{
    /// <summary>Draws an epoch.</summary>
    /// <param name="all">The training utterances.</param>
    /// <param name="accentTemperature">At least 1.</param>
    /// <param name="speakerTemperature">At least 1.</param>
    /// <param name="random">Decides what comes once more than the rest.</param>
    /// <returns>As many as there are utterances; each exactly once where both temperatures are 1.</returns>
    public static List<SampledUtterance> Draw(
        IReadOnlyList<SampledUtterance> all, double accentTemperature, double speakerTemperature, Random random)
    {
        if (accentTemperature == 1 && speakerTemperature == 1)
            return [.. all];
        List<SampledUtterance> drawn = new(all.Count);
        var accents = Groups(all, utterance => utterance.Accent);
        int[] byAccent = Shares([.. accents.Select(accent => accent.Length)], accentTemperature, all.Count, random);
        for (int a = 0; a < accents.Count; a++)
        {
            var speakers = Groups(accents[a], utterance => utterance.Speaker);
            int[] bySpeaker = Shares(
                [.. speakers.Select(speaker => speaker.Length)], speakerTemperature, byAccent[a], random);
            for (int s = 0; s < speakers.Count; s++)
            {
                random.Shuffle(speakers[s]);
                for (int k = 0; k < bySpeaker[s]; k++)
                    drawn.Add(speakers[s][k % speakers[s].Length]);
            }
        }
        return drawn;
    }

    private static List<SampledUtterance[]> Groups(
        IEnumerable<SampledUtterance> utterances, Func<SampledUtterance, string> key) =>
        [.. utterances.GroupBy(key).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.ToArray())];

    /// <summary>
    /// Whole numbers that add up to the total: rounding starts at a random part, so that over epochs each class gets
    /// its share exactly.
    /// </summary>
    private static int[] Shares(int[] counts, double temperature, int total, Random random)
    {
        double[] weights = [.. counts.Select(count => Math.Pow(count, 1 / temperature))];
        double sum = weights.Sum(), reached = random.NextDouble();
        int[] shares = new int[counts.Length];
        int given = 0;
        for (int k = 0; k < counts.Length; k++)
        {
            reached += weights[k] / sum * total;
            int upTo = k == counts.Length - 1 ? total : Math.Min(total, (int)reached);
            (shares[k], given) = (upTo - given, upTo);
        }
        return shares;
    }
}
