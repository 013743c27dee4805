using System.Globalization;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>A number over a run's steps.</summary>
/// <param name="Points">Step and value, by step; what is no finite number is left out.</param>
/// <param name="IsHeldOut">Whether it was measured on held-out utterances: drawn thick.</param>
internal sealed record Curve(IReadOnlyList<(long Step, double Value)> Points, bool IsHeldOut);

/// <summary>Curves over steps, in one pair of axes.</summary>
internal static class CurvePanel
{
    private const double Left = 64, Width = 560, Height = 150;
    private const int MostPoints = 500;

    /// <summary>Adds a panel.</summary>
    public static void Draw(Svg svg, string title, params IEnumerable<Curve> curves)
    {
        Curve[] thinned = [.. curves.Select(Thinned)];
        double[] sorted = [.. thinned.SelectMany(curve => curve.Points).Select(point => point.Value).Order()];
        svg.Text(8, svg.Top + 12, title);
        svg.Skip(26);
        double bottom = svg.Top + Height;
        svg.Line([(Left, svg.Top), (Left, bottom), (Left + Width, bottom)], Svg.Ink);
        if (sorted.Length > 0)
        {
            double low = sorted[0];
            double high = sorted[(int)(0.98 * (sorted.Length - 1))]; // the first steps tower over all
            high = high > low ? high : low + Math.Max(1e-6, Math.Abs(low) * 1e-3);
            double last = Math.Max(1, thinned.Max(curve => curve.Points.Count == 0 ? 0 : curve.Points[^1].Step));
            foreach (Curve curve in thinned)
                svg.Line(
                    curve.Points.Select(point => (
                        Left + Width * point.Step / last,
                        bottom - Height * (Math.Min(point.Value, high) - low) / (high - low))),
                    curve.IsHeldOut ? Svg.Mark : Svg.Soft, curve.IsHeldOut ? 2.5 : 1);
            svg.Text(Left - 4, svg.Top + 10, Number(high), 10, "end");
            svg.Text(Left - 4, bottom, Number(low), 10, "end");
            svg.Text(Left + Width, bottom + 13, F($"{last:N0} steps"), 10, "end");
        }
        svg.Skip(Height + 28);
    }

    /// <summary>A number with as many digits as say something.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 1e-3 => F($"{value:0.##e0}"),
        < 10 => F($"{value:0.000}"),
        < 1000 => F($"{value:0.0}"),
        _ => F($"{value:N0}"),
    };

    /// <summary>Means of so many neighbours that a screen can show them all.</summary>
    private static Curve Thinned(Curve curve)
    {
        var finite = curve.Points.Where(point => double.IsFinite(point.Value)).ToArray();
        int together = (finite.Length + MostPoints - 1) / MostPoints;
        return together <= 1
            ? curve with { Points = finite }
            : curve with
            {
                Points = [.. finite.Chunk(together)
                    .Select(points => (points[^1].Step, points.Average(point => point.Value)))],
            };
    }

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
