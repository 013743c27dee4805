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

    private static double At(double[,] sums, int i, int j) => i < 0 || j < 0 ? double.PositiveInfinity : sums[i, j];
}
