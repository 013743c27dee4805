namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>What was judged to be what.</summary>
/// <param name="Names">The classes.</param>
/// <param name="Counts">[truth, judged].</param>
public sealed record Confusions(IReadOnlyList<string> Names, int[,] Counts)
{
    /// <summary>Counts of nothing yet.</summary>
    public static Confusions Among(IReadOnlyList<string> names) => new(names, new int[names.Count, names.Count]);

    /// <summary>The mean of the classes' F1, of those that are there; 0 of nothing.</summary>
    public double MacroF1 => Present.Select(F1).DefaultIfEmpty().Average();

    /// <summary>The macro-F1 of calling everything by the most frequent class.</summary>
    public double MajorityF1
    {
        get
        {
            int[] present = [.. Present];
            double all = present.Sum(Truth), most = present.Select(Truth).DefaultIfEmpty().Max();
            return all == 0 ? 0 : 2 * most / (all + most) / present.Length;
        }
    }

    private IEnumerable<int> Present => Enumerable.Range(0, Names.Count).Where(truth => Truth(truth) > 0);

    /// <summary>One more.</summary>
    /// <param name="truth">Index of what it is.</param>
    /// <param name="judged">Index of what it was judged to be.</param>
    public void Add(int truth, int judged) => Counts[truth, judged]++;

    private int Truth(int truth) => Enumerable.Range(0, Names.Count).Sum(judged => Counts[truth, judged]);

    private double F1(int name)
    {
        int judged = Enumerable.Range(0, Names.Count).Sum(truth => Counts[truth, name]);
        return 2.0 * Counts[name, name] / (Truth(name) + judged);
    }
}
