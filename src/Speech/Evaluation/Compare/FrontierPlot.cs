using System.Globalization;
using Kouyin.Speech.Evaluation.Pictures;

namespace Kouyin.Speech.Evaluation.Compare;

/// <summary>
/// Accent against timbre, in accents that are not the speakers' own: each contender with its intervals, and the line of
/// those that nobody beats in both.
/// </summary>
internal static class FrontierPlot
{
    private const double Left = 70, Width = 620, Height = 460, LineHeight = 11;

    /// <summary>Draws it; empty where nobody speaks in another's accent.</summary>
    public static string Of(Comparison comparison)
    {
        Point[] points = [.. comparison.Contenders.Select(contender => Place(comparison, contender)).OfType<Point>()];
        if (points.Length == 0)
            return "";
        Axis x = Axis.Around(points.Select(point => point.Timbre), Left, Left + Width);
        Svg svg = new();
        Axis y = Axis.Around(points.Select(point => point.Accent), svg.Top + Height, svg.Top + 14);
        Axes(svg, x, y);
        svg.Line(Front(points).Select(point => (x.At(point.Timbre.Value), y.At(point.Accent.Value))), Svg.Mark, 1);
        foreach (Point point in points)
        {
            double across = x.At(point.Timbre.Value), up = y.At(point.Accent.Value);
            string colour = point.Name == comparison.Reference.Name ? Svg.Mark : Svg.Soft;
            svg.Line([(x.At(point.Timbre.Low), up), (x.At(point.Timbre.High), up)], colour);
            svg.Line([(across, y.At(point.Accent.Low)), (across, y.At(point.Accent.High))], colour);
        }
        Names(svg,
        [
            .. points.Select(point => (
                Short(point.Name, points), x.At(point.Timbre.Value), y.At(point.Accent.Value))),
        ]);
        svg.Skip(Height + 40);
        return svg.ToString();
    }

    private static Point? Place(Comparison comparison, Contender contender) =>
        comparison.Of(contender, ComparedMeasure.Accent, true).Score is { } accent
        && comparison.Of(contender, ComparedMeasure.Timbre, true).Score is { } timbre
            ? new(contender.Name, accent.Value, timbre.Value) : null;

    /// <summary>The copies of recordings that a contender has most of: what is to be reached.</summary>
    public static (Measured Accent, Measured Timbre)? Ceiling(Comparison comparison)
    {
        Contender copies = new("recordings", "", [
            .. comparison.Contenders.SelectMany(contender => contender.Runs)
                .OrderByDescending(run => run.Copies.Count(copy => copy.IsCross)).Take(1)
                .Select(run => run with { Spoken = run.Copies, Cells = [] }),
        ]);
        return ContenderScore.Of(copies, ComparedMeasure.Accent, true) is { } accent
            && ContenderScore.Of(copies, ComparedMeasure.Timbre, true) is { } timbre
                ? (accent.Value, timbre.Value) : null;
    }

    /// <summary>A name without what all names end in.</summary>
    private static string Short(string name, Point[] points)
    {
        string end = points[0].Name[Math.Max(0, points[0].Name.LastIndexOf('-'))..];
        return points.Length > 1 && points.All(point =>
            point.Name.Length > end.Length && point.Name.EndsWith(end, StringComparison.Ordinal))
            ? name[..^end.Length] : name;
    }

    /// <summary>Those than whom nobody is better in both, from the best timbre to the best accent.</summary>
    private static IEnumerable<Point> Front(Point[] points)
    {
        double best = double.NegativeInfinity;
        foreach (Point point in points.OrderByDescending(point => point.Timbre.Value))
        {
            if (point.Accent.Value <= best)
                continue;
            best = point.Accent.Value;
            yield return point;
        }
    }

    private static void Axes(Svg svg, Axis x, Axis y)
    {
        svg.Line([(Left, y.End), (Left, y.Start), (Left + Width, y.Start)], Svg.Ink);
        svg.Text(8, y.End - 8, ComparedMeasure.Accent.Name, 11);
        svg.Text(Left + Width, y.Start + 32, ComparedMeasure.Timbre.Name, 11, "end");
        foreach (double value in x.Ticks())
            svg.Text(x.At(value), y.Start + 15, Number(value), 10, "middle", Svg.Soft);
        foreach (double value in y.Ticks())
            svg.Text(Left - 6, y.At(value) + 4, Number(value), 10, "end", Svg.Soft);
    }

    /// <summary>Writes names beside their points, from the top down and never over one another.</summary>
    private static void Names(Svg svg, IReadOnlyList<(string Name, double X, double Y)> places)
    {
        List<(double X, double Y)> taken = [];
        foreach ((string name, double x, double y) in places.OrderBy(place => place.Y))
        {
            double width = 5.5 * name.Length, free = y - 4;
            while (taken.Any(other => Math.Abs(other.X - x) < width && Math.Abs(other.Y - free) < LineHeight))
                free += 2;
            taken.Add((x, free));
            bool fits = x + width < Left + Width;
            svg.Text(fits ? x + 4 : x - 4, free, name, 10, fits ? "start" : "end");
        }
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private sealed record Point(string Name, Measured Accent, Measured Timbre);

    /// <summary>Numbers to pixels.</summary>
    private readonly record struct Axis(double Low, double High, double Start, double End)
    {
        public static Axis Around(IEnumerable<Measured> values, double start, double end)
        {
            Measured[] all = [.. values];
            double low = all.Min(value => value.Low), high = all.Max(value => value.High);
            double room = Math.Max(1e-6, 0.05 * (high - low));
            return new(low - room, high + room, start, end);
        }

        public double At(double value) => Start + (End - Start) * (value - Low) / (High - Low);

        /// <summary>Round numbers, four to nine of them.</summary>
        public IEnumerable<double> Ticks()
        {
            double span = High - Low, power = Math.Pow(10, Math.Floor(Math.Log10(span)));
            double step = new[] { power / 10, power / 5, power / 2, power }.First(s => span / s <= 9);
            for (double value = Math.Ceiling(Low / step) * step; value <= High; value += step)
                yield return value;
        }
    }
}
