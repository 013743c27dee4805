namespace Kouyin.Speech.Evaluation;

/// <summary>Lays two sequences along each other.</summary>
public static class TimeWarping
{
    /// <summary>The cheapest path from both first to both last items.</summary>
    /// <remarks>Sakoe and Chiba 1978, steps of one in either or in both, all weighted 1.</remarks>
    /// <param name="first">Length of one, at least 1.</param>
    /// <param name="second">Length of the other, at least 1.</param>
    /// <param name="cost">Of laying item i of one along item j of the other.</param>
    /// <returns>Pairs in order.</returns>
    public static IReadOnlyList<(int First, int Second)> Align(int first, int second, Func<int, int, double> cost)
    {
        double[,] sums = new double[first, second];
        for (int i = 0; i < first; i++)
        {
            for (int j = 0; j < second; j++)
            {
                double before = i == 0 && j == 0 ? 0 : Math.Min(
                    Math.Min(At(sums, i - 1, j), At(sums, i, j - 1)), At(sums, i - 1, j - 1));
                sums[i, j] = before + cost(i, j);
            }
        }
        List<(int, int)> path = [(first - 1, second - 1)];
        for (int i = first - 1, j = second - 1; i > 0 || j > 0;)
        {
            double both = At(sums, i - 1, j - 1), up = At(sums, i - 1, j), left = At(sums, i, j - 1);
            (i, j) = both <= up && both <= left ? (i - 1, j - 1) : up <= left ? (i - 1, j) : (i, j - 1);
            path.Add((i, j));
        }
        path.Reverse();
        return path;
    }

    /// <summary>How far a path strays from evenly paced: frame disturbance.</summary>
    /// <remarks>
    /// The root mean square, over the path, of the distance in the second sequence to the straight line from both first
    /// to both last items; 0 for a copy that is only slower or faster as a whole.
    /// </remarks>
    /// <param name="path">From <see cref="Align"/>.</param>
    /// <returns>In items of the second sequence.</returns>
    public static double Disturbance(IReadOnlyList<(int First, int Second)> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        (int lastFirst, int lastSecond) = path[^1];
        double slope = lastFirst == 0 ? 0 : (double)lastSecond / lastFirst;
        return Math.Sqrt(path.Average(pair => Math.Pow(pair.Second - slope * pair.First, 2)));
    }

    private static double At(double[,] sums, int i, int j) => i < 0 || j < 0 ? double.PositiveInfinity : sums[i, j];
}
