using Kouyin.Speech.Evaluation.Pictures;

namespace Kouyin.Speech.Telling;

/// <summary>The losses of a run, from its log.</summary>
public static class LossPicture
{
    /// <summary>Draws a run.</summary>
    /// <param name="run">A folder that train made.</param>
    /// <returns>An SVG picture: a panel a loss, training thin, held-out utterances thick.</returns>
    /// <exception cref="UserException">The folder has no log, or one without two measurements.</exception>
    public static string Draw(string run)
    {
        IReadOnlyList<LogRow> rows = RunLog.Read(run);
        if (rows.Count(row => row.Losses is not null) < 2)
        {
            throw new UserException(
                "the log holds no two measurements", Path.Combine(run, RunLog.Name), "train for a minute first");
        }
        Svg svg = new();
        foreach (string name in rows.SelectMany(row => row.Losses?.Keys ?? []).Distinct())
            Panel(svg, rows, name);
        return svg.ToString();
    }

    /// <summary>Adds the panel of a loss.</summary>
    internal static void Panel(Svg svg, IReadOnlyList<LogRow> rows, string name)
    {
        Curve[] curves = [.. new[] { LogKind.Train, LogKind.HeldOut }.Select(kind => new Curve(
            [.. rows.Where(row => row.Kind == kind && row.Losses?.ContainsKey(name) == true)
                .Select(row => (row.Step, row.Losses![name]))],
            kind == LogKind.HeldOut))];
        CurvePanel.Draw(svg, $"{name}: training thin, held-out utterances thick", curves);
    }
}
