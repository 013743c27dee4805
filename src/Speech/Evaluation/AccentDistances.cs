namespace Kouyin.Speech.Evaluation;

/// <summary>ACCDIST: an accent as the distances among a speaker's own phones, in which his voice does not count.
/// </summary>
/// <remarks>
/// Huckvale 2004, "ACCDIST: a metric for comparing speakers' accents": whoever merges sh with s has them near to each
/// other, whatever his voice. Two speakers are compared by the correlation of their tables of distances. The spectra
/// here are mel cepstra 1 to 24 of the middle third of each phone, the phones those by which Mandarin's accents differ
/// and some that they share.
/// </remarks>
public sealed class AccentDistances
{
    /// <summary>The phones whose distances count.</summary>
    public static IReadOnlyList<string> Phones { get; } =
        "zh z ch c sh s x r l n f h in ing en eng an ang i u v a".Split(' ');

    private const int LeastTokens = 3;

    private readonly Dictionary<string, (double[] Sum, int Count)> _sums = [];

    /// <summary>Adds one phone's mean spectrum; phones that do not count are passed over.</summary>
    /// <param name="phone">Such as <c>sh</c>.</param>
    /// <param name="spectrum">[C], at any scale that is the same for all.</param>
    public void Add(string phone, ReadOnlySpan<double> spectrum)
    {
        if (!Phones.Contains(phone))
            return;
        (double[] sum, int count) = _sums.GetValueOrDefault(phone, (new double[spectrum.Length], 0));
        for (int k = 0; k < sum.Length; k++)
            sum[k] += spectrum[k];
        _sums[phone] = (sum, count + 1);
    }

    /// <summary>The distance of each pair of phones' means, in the order of <see cref="Phones"/>.</summary>
    /// <returns>[P (P - 1) / 2]; NaN where one of the two was heard less than three times.</returns>
    public double[] Table()
    {
        List<double> table = [];
        for (int i = 0; i < Phones.Count; i++)
        {
            for (int j = 0; j < i; j++)
                table.Add(Distance(Mean(Phones[i]), Mean(Phones[j])));
        }
        return [.. table];
    }

    /// <summary>The mean of tables, over those that have a pair.</summary>
    public static double[] Mean(IReadOnlyList<double[]> tables) =>
    [
        .. Enumerable.Range(0, tables[0].Length).Select(pair => tables.Select(table => table[pair])
            .Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average()),
    ];

    /// <summary>Pearson's correlation of two tables over the pairs that both have; NaN of less than three.</summary>
    public static double Similarity(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        PairedSums sums = default;
        for (int pair = 0; pair < first.Count; pair++)
        {
            if (double.IsFinite(first[pair]) && double.IsFinite(second[pair]))
                sums = sums.With(first[pair], second[pair]);
        }
        return sums.Count < 3 ? double.NaN : sums.Correlation;
    }

    private double[]? Mean(string phone) => _sums.TryGetValue(phone, out var sum) && sum.Count >= LeastTokens
        ? Array.ConvertAll(sum.Sum, value => value / sum.Count)
        : null;

    private static double Distance(double[]? a, double[]? b) =>
        a is null || b is null ? double.NaN : Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
