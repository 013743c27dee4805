namespace Kouyin.Speech.Data;

/// <summary>Which pauses of a transcript become phones. The silence at both ends always does.</summary>
public enum PauseRule
{
    /// <summary>All that are written.</summary>
    Keep,

    /// <summary>Those at which the sound pauses.</summary>
    Vad,

    /// <summary>None.</summary>
    Drop,
}

/// <summary>Chooses the pauses of an utterance that are real.</summary>
internal static class Pauses
{
    // A guessed place is off by so many syllables, or by this share of all of them, whichever is more.
    private const double OffSyllables = 1.5, OffShare = 0.15;

    // What a forced aligner calls silence must be silent for so long.
    private const double OverlapSeconds = 0.06;

    /// <summary>The units with only those pauses that the rule keeps.</summary>
    /// <param name="units">Of a whole utterance.</param>
    /// <param name="rule">Which to keep.</param>
    /// <param name="silent">Where the sound pauses, in seconds from its start.</param>
    /// <param name="seconds">The sound's length.</param>
    /// <param name="offset">How much later the sound begins than the times of the units do, in seconds.</param>
    public static List<SpokenUnit> Choose(
        List<SpokenUnit> units, PauseRule rule, IReadOnlyList<(double Start, double End)> silent, double seconds,
        double offset)
    {
        int first = units.FindIndex(unit => !unit.IsPause), last = units.FindLastIndex(unit => !unit.IsPause);
        int[] inner = [.. Enumerable.Range(first, last - first).Where(i => units[i].IsPause)];
        HashSet<int> kept = rule switch
        {
            PauseRule.Keep => [.. inner],
            PauseRule.Drop => [],
            _ when units[0].PhoneStarts.Count > 0 => [.. inner.Where(i => IsSilent(units[i], silent, offset))],
            _ => [.. Match(units, inner, silent, seconds)],
        };
        // A mark before the speech says nothing, and behind it only how a sentence ends.
        return [.. units.Where((unit, i) => !unit.IsPause || kept.Contains(i)
            || (i > last && unit.Word is "." or "!" or "?"))];
    }

    private static bool IsSilent(SpokenUnit unit, IReadOnlyList<(double Start, double End)> silent, double offset)
    {
        double start = unit.PhoneStarts[0] - offset, end = unit.EndSeconds - offset;
        return silent.Any(pause => Math.Min(end, pause.End) - Math.Max(start, pause.Start) >= OverlapSeconds);
    }

    /// <summary>
    /// Without durations: assigns pauses of the sound to those of the transcript in their order, as many as lie near
    /// enough to each other, and of those assignments the nearest.
    /// </summary>
    private static IEnumerable<int> Match(
        List<SpokenUnit> units, int[] written, IReadOnlyList<(double Start, double End)> silent, double seconds)
    {
        int syllables = units.Sum(unit => unit.Syllables);
        double speech = seconds - silent.Sum(pause => pause.End - pause.Start);
        double allowed = Math.Max(OffSyllables, OffShare * syllables), pausedBefore = 0;
        double[] heardAt = new double[silent.Count];
        for (int k = 0; k < silent.Count; k++)
        {
            heardAt[k] = (silent[k].Start - pausedBefore) / speech * syllables;
            pausedBefore += silent[k].End - silent[k].Start;
        }
        double[] writtenAt = [.. written.Select(i => (double)units.Take(i).Sum(unit => unit.Syllables))];

        // gain[i, k]: the best of the first i written and k heard; a match gains more the nearer it is.
        double[,] gain = new double[written.Length + 1, silent.Count + 1];
        for (int i = 1; i <= written.Length; i++)
        {
            for (int k = 1; k <= silent.Count; k++)
                gain[i, k] = Math.Max(gain[i - 1, k - 1] + Near(i, k), Math.Max(gain[i - 1, k], gain[i, k - 1]));
        }
        for (int i = written.Length, k = silent.Count; i > 0 && k > 0;)
        {
            if (gain[i, k] == gain[i - 1, k])
                i--;
            else if (gain[i, k] == gain[i, k - 1])
                k--;
            else
            {
                yield return written[i - 1];
                (i, k) = (i - 1, k - 1);
            }
        }

        double Near(int i, int k) => Math.Max(0, 1 - Math.Abs(writtenAt[i - 1] - heardAt[k - 1]) / allowed);
    }
}
