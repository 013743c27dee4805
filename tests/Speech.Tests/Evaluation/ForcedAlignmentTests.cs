using Kouyin.Speech.Evaluation;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class ForcedAlignmentTests
{
    [Fact]
    public void It_finds_each_symbol_where_it_was_said()
    {
        float[] heard = Heard(4, [0, 1, 1, 0, 2, 0, 0, 2, 3, 3]);

        Assert.Equal([(1, 2), (4, 4), (7, 7), (8, 9)], ForcedAlignment.Of(heard, 4, [1, 2, 2, 3]));
    }

    [Fact]
    public void The_best_path_is_the_best_of_all_paths()
    {
        Random random = new(5);
        const int outputs = 6, vocabulary = 3;
        int[] symbols = [1, 2, 1];
        for (int trial = 0; trial < 20; trial++)
        {
            float[] heard = [.. Enumerable.Range(0, outputs * vocabulary).Select(_ => -5 * random.NextSingle())];
            double best = Enumerable.Range(0, (int)Math.Pow(vocabulary, outputs))
                .Select(code => Enumerable.Range(0, outputs)
                    .Select(t => (long)(code / (int)Math.Pow(vocabulary, t) % vocabulary)))
                .Where(path => CtcLoss.Collapse([.. path]).SequenceEqual(symbols))
                .Max(path => path.Select((symbol, t) => (double)heard[t * vocabulary + (int)symbol]).Sum());

            var places = ForcedAlignment.Of(heard, vocabulary, symbols)!;

            double found = Enumerable.Range(0, outputs).Sum(t =>
            {
                int k = places.ToList().FindIndex(place => place.First <= t && t <= place.Last);
                return heard[t * vocabulary + (k < 0 ? 0 : symbols[k])];
            });
            Assert.Equal(best, found, 1e-4);
        }
    }

    [Fact]
    public void Too_short_a_sound_for_its_symbols_is_said_to_be_so()
    {
        Assert.Null(ForcedAlignment.Of(Heard(3, [1, 2]), 3, [1, 2, 1]));
        Assert.Null(ForcedAlignment.Of(Heard(3, [1, 1]), 3, [1, 1])); // a blank must come between
        Assert.Null(ForcedAlignment.Of(Heard(3, [0, 0]), 3, []));
    }

    [Fact]
    public void Edges_lie_between_symbols_and_rise()
    {
        Assert.Equal([1, 3.5, 6, 9], ForcedAlignment.Edges([(2, 2), (4, 5), (6, 7)], 1, 9));
        Assert.Equal([0, 1, 1.5], ForcedAlignment.Edges([(0, 0), (1, 1)], 0, 1.5).Select(edge => Math.Min(edge, 1.5)));
    }

    /// <summary>Log-probabilities near 0 for one symbol of each output.</summary>
    private static float[] Heard(int vocabulary, int[] path) => [.. path.SelectMany(symbol =>
        Enumerable.Range(0, vocabulary).Select(k => k == symbol ? -0.1f : -4f))];
}
