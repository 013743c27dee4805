using System.Globalization;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>The losses of a run, from its log.csv.</summary>
public static class LossPicture
{
    private const double Left = 64;
    private const double Width = 560;
    private const double Height = 150;

    /// <summary>Draws a run.</summary>
    /// <param name="run">A folder that train made.</param>
    /// <returns>An SVG picture: a panel a loss, training thin, held-out utterances thick.</returns>
    /// <exception cref="UserException">The folder has no log, or one without two measurements.</exception>
    public static string Draw(string run)
    {
        string path = Path.Combine(run, "log.csv");
        if (!File.Exists(path))
            throw new UserException("there is no log of a run", path, "give a folder that kouyin train made");
        string[] names = [.. File.ReadLines(path).First().Split(',').Skip(2).TakeWhile(IsLoss)];
        Row[] rows = [.. File.ReadLines(path).Skip(1).Select(line => Row.Parse(line, names.Length))];
        if (rows.Length < 2)
            throw new UserException("the log holds no two measurements", path, "train for a minute first");
        Svg svg = new();
        for (int loss = 0; loss < names.Length; loss++)
            Panel(svg, names[loss], rows, loss);
        return svg.ToString();
    }

    // After the losses come gradients' norms and the rate.
    private static bool IsLoss(string column) =>
        !column.EndsWith("norm", StringComparison.Ordinal) && column != "steps_per_second";

    private static void Panel(Svg svg, string name, Row[] rows, int loss)
    {
        double[] sorted = [.. rows.Select(row => row.Losses[loss]).Order()];
        double low = sorted[0];
        double high = Math.Max(sorted[(int)(0.98 * (sorted.Length - 1))], low + 1e-6); // the first steps tower over all
        double last = rows.Max(row => row.Step);
        svg.Text(8, svg.Top + 12, $"{name}: training thin, held-out utterances thick");
        svg.Skip(18);
        double bottom = svg.Top + Height;
        foreach (var (split, colour, width) in (ReadOnlySpan<(string, string, double)>)
            [("train", "#8888aa", 1), ("test", "#c03020", 2.5)])
        {
            svg.Line(
                rows.Where(row => row.Split == split).Select(row => (
                    Left + Width * row.Step / last,
                    bottom - Height * (Math.Min(row.Losses[loss], high) - low) / (high - low))),
                colour, width);
        }
        svg.Line([(Left, svg.Top), (Left, bottom), (Left + Width, bottom)], "#222");
        svg.Text(Left - 4, svg.Top + 10, Number(high), 10, "end");
        svg.Text(Left - 4, bottom, Number(low), 10, "end");
        svg.Text(Left + Width, bottom + 13, $"{last:0} steps", 10, "end");
        svg.Skip(Height + 26);
    }

    private static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private sealed record Row(double Step, string Split, double[] Losses)
    {
        public static Row Parse(string line, int losses)
        {
            string[] cells = line.Split(',');
            return new(Value(cells[0]), cells[1], [.. cells.Skip(2).Take(losses).Select(Value)]);
        }

        private static double Value(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
    }
}
