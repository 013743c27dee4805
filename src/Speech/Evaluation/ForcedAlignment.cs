namespace Kouyin.Speech.Evaluation;

/// <summary>Where each symbol of a known sequence lies in what a recognizer heard.</summary>
/// <remarks>
/// The most probable path through the symbols and the blanks between them (Graves et al. 2006, figure 3), and of each
/// symbol the outputs that are its own. A network trained with CTC says a symbol in a few outputs and blanks around it,
/// so a boundary is put in the middle of the blanks between two symbols: good to about 50 ms, not to a phonetician's
/// eye. Compare lengths only with others that were measured in the same way.
/// </remarks>
public static class ForcedAlignment
{
    /// <summary>Lays symbols along outputs.</summary>
    /// <param name="logProbabilities">[T, V], row by row; symbol 0 is the blank.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="symbols">[S], no blanks; S and repetitions must fit in T.</param>
    /// <returns>[S] first and last output of each symbol; null where there are fewer outputs than the symbols need.
    /// </returns>
    public static IReadOnlyList<(int First, int Last)>? Of(
        ReadOnlySpan<float> logProbabilities, int vocabulary, IReadOnlyList<int> symbols)
    {
        int outputs = logProbabilities.Length / vocabulary, states = 2 * symbols.Count + 1;
        int needed = symbols.Count + Enumerable.Range(1, Math.Max(0, symbols.Count - 1))
            .Count(k => k < symbols.Count && symbols[k] == symbols[k - 1]);
        if (symbols.Count == 0 || outputs < needed)
            return null;
        byte[] steps = new byte[outputs * states]; // how many states back the best way into a state begins
        double[] scores = new double[states], next = new double[states];
        Array.Fill(scores, double.NegativeInfinity);
        for (int state = 0; state < 2; state++)
            scores[state] = logProbabilities[Symbol(symbols, state)];
        for (int t = 1; t < outputs; t++)
        {
            for (int state = 0; state < states; state++)
            {
                int from = Best(scores, symbols, state);
                steps[t * states + state] = (byte)(state - from);
                next[state] = scores[from] + logProbabilities[t * vocabulary + Symbol(symbols, state)];
            }
            (scores, next) = (next, scores);
        }
        return Read(steps, states, scores[^1] >= scores[^2] ? states - 1 : states - 2, outputs);
    }

    /// <summary>The edges of symbols: half-way between one's last output and the next one's first.</summary>
    /// <param name="places">From <see cref="Of"/>.</param>
    /// <param name="start">Where speech starts, in outputs.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>[S + 1], rising by at least a quarter of an output.</returns>
    public static double[] Edges(IReadOnlyList<(int First, int Last)> places, double start, double end)
    {
        const double least = 0.25;
        double[] edges = new double[places.Count + 1];
        edges[0] = Math.Min(start, places[0].First);
        for (int k = 1; k < places.Count; k++)
            edges[k] = Math.Max((places[k - 1].Last + 1 + places[k].First) / 2.0, edges[k - 1] + least);
        edges[^1] = Math.Max(Math.Max(end, places[^1].Last + 1), edges[^2] + least);
        return edges;
    }

    private static int Symbol(IReadOnlyList<int> symbols, int state) => state % 2 == 0 ? 0 : symbols[state / 2];

    /// <summary>Stay, come from the state before or, between different symbols, skip the blank.</summary>
    private static int Best(double[] scores, IReadOnlyList<int> symbols, int state)
    {
        int best = state;
        if (state > 0 && scores[state - 1] > scores[best])
            best = state - 1;
        bool mayskip = state % 2 == 1 && state > 1 && symbols[state / 2] != symbols[state / 2 - 1];
        return mayskip && scores[state - 2] > scores[best] ? state - 2 : best;
    }

    private static (int First, int Last)[] Read(byte[] steps, int states, int state, int outputs)
    {
        (int First, int Last)[] places = new (int, int)[states / 2];
        Array.Fill(places, (int.MaxValue, -1));
        for (int t = outputs - 1; t >= 0; t--)
        {
            if (state % 2 == 1)
                places[state / 2] = (t, Math.Max(t, places[state / 2].Last));
            state -= steps[t * states + state];
        }
        return places;
    }
}
