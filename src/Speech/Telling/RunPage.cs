using System.Globalization;
using System.Net;
using System.Text;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Pictures;

namespace Kouyin.Speech.Telling;

/// <summary>
/// A page about a run, out of its folder: one HTML file for any width, light or dark, that needs nothing else but for
/// the sounds of earlier steps, which lie beside it.
/// </summary>
internal sealed class RunPage
{
    /// <summary>Its name in the run's folder.</summary>
    public const string Name = "report.html";

    /// <summary>The whole recipe's name in the run's folder.</summary>
    public const string RecipeName = "recipe.json";

    private const int EarlierShown = 6;

    private readonly string _run;
    private readonly IReadOnlyList<LogRow> _rows;
    private readonly SampleFolder _samples;
    private readonly StringBuilder _html = new();

    private RunPage(string run, IReadOnlyList<LogRow> rows)
    {
        (_run, _rows) = (run, rows);
        _samples = new(run);
    }

    /// <summary>Writes a run's page, whole or not at all.</summary>
    /// <param name="run">The run's folder.</param>
    /// <param name="rows">Its log.</param>
    public static void Write(string run, IReadOnlyList<LogRow> rows) =>
        AtomicFile.WriteText(Path.Combine(run, Name), Of(run, rows));

    private static string Of(string run, IReadOnlyList<LogRow> rows)
    {
        RunPage page = new(run, rows);
        page.Head();
        page.Numbers();
        page.NextSteps();
        page.Losses();
        page.Samples();
        page.Training();
        page.Skips();
        page.Facts();
        return page._html.Append("</main></body></html>\n").ToString();
    }

    private LogRow? Last(LogKind kind) => _rows.LastOrDefault(row => row.Kind == kind);

    private string Fact(string name) => Last(LogKind.Start)?.Facts?.GetValueOrDefault(name) ?? "";

    private void Head()
    {
        string title = $"{Fact("recipe")}: {Path.GetFileName(Path.TrimEndingDirectorySeparator(_run))}";
        _html.Append(PageStyle.Head(title, RunPageStyle.Css));
    }

    private void Numbers()
    {
        LogRow? train = Last(LogKind.Train);
        long step = _rows.Count == 0 ? 0 : _rows.Max(row => row.Step);
        _html.Append("<dl class=\"numbers\">");
        Number(F($"steps of {Fact("steps")}"), F($"{step:N0}"));
        Number("passes over the data", F($"{train?.Epoch ?? 0:0.0}"));
        foreach (var (name, value) in Last(LogKind.HeldOut)?.Losses ?? new Dictionary<string, double>())
            Number($"{name}, held out", CurvePanel.Number(value));
        Number("steps a second", F($"{train?.StepsPerSecond ?? 0:0.00}"));
        Number("seconds of speech a second", F($"{SpeechRate(train):0.0}"));
        Number("steps left out", F($"{_rows.Count(row => row.Kind == LogKind.Skip):N0}"));
        Number("memory", F($"{train?.MemoryMb ?? 0:N0} MiB"));
        _html.Append("</dl>\n");
        if (_rows.Count > 0)
            _html.Append(F($"<p>As of {_rows[^1].Time:yyyy-MM-dd HH:mm} UTC.</p>"));

        void Number(string name, string value) =>
            _html.Append($"<div><dt>{Escape(name)}</dt><dd>{Escape(value)}</dd></div>");
    }

    private double SpeechRate(LogRow? train) =>
        double.TryParse(Fact("frames a second"), CultureInfo.InvariantCulture, out double frames) && frames > 0
            ? (train?.FramesPerSecond ?? 0) / frames
            : 0;

    private void NextSteps()
    {
        _html.Append("<section><h2>What to do next</h2><ul>");
        foreach (string advice in RunAdvice.Of(_rows, Fact))
            _html.Append($"<li>{advice}</li>");
        _html.Append("</ul></section>\n");
    }

    private void Losses()
    {
        _html.Append("<section><h2>Losses</h2><p>Thin: means over training steps. Thick: held-out utterances.</p>")
            .Append("<div class=\"curves\">");
        foreach (string name in _rows.SelectMany(row => row.Losses?.Keys ?? []).Distinct())
        {
            Svg svg = new();
            LossPicture.Panel(svg, _rows, name);
            Figure(svg, name, LossSummary(name));
        }
        _html.Append("</div></section>\n");
    }

    private string LossSummary(string name)
    {
        LogRow[] held = [.. _rows.Where(row => row.Kind == LogKind.HeldOut && row.Losses?.ContainsKey(name) == true)];
        string now = Last(LogKind.Train)?.Losses?.TryGetValue(name, out double value) == true
            ? $"now {CurvePanel.Number(value)}" : "";
        if (held.Length == 0)
            return now;
        LogRow best = held.MinBy(row => row.Losses![name])!;
        return F($"{now}; held out {CurvePanel.Number(held[^1].Losses![name])}, ")
            + F($"at best {CurvePanel.Number(best.Losses![name])} at step {best.Step:N0}");
    }

    private void Training()
    {
        _html.Append("<section><h2>Gradients, step size and speed</h2>")
            .Append("<p>Norms of each part's gradient before it is clipped.</p><div class=\"curves\">");
        foreach (string name in _rows.SelectMany(row => row.Norms?.Keys ?? []).Distinct())
            Curve(name, row => row.Norms?.TryGetValue(name, out double norm) == true ? norm : null);
        Curve("learning rate", row => row.LearningRate);
        Curve("steps a second", row => row.StepsPerSecond);
        Curve("memory, MiB", row => row.MemoryMb);
        _html.Append("</div></section>\n");
    }

    private void Curve(string name, Func<LogRow, double?> value)
    {
        (long, double)[] points = [.. _rows.Where(row => row.Kind == LogKind.Train && value(row) is not null)
            .Select(row => (row.Step, value(row)!.Value))];
        if (points.Length == 0)
            return;
        Svg svg = new();
        CurvePanel.Draw(svg, name, new Curve(points, IsHeldOut: false));
        Figure(svg, name, $"now {CurvePanel.Number(points[^1].Item2)}");
    }

    private void Figure(Svg svg, string name, string summary) => _html
        .Append($"<figure role=\"img\" aria-label=\"{Escape(name)} over the steps\">{svg}")
        .Append($"<p>{Escape(summary)}</p></figure>");

    private void Samples()
    {
        long[] steps = [.. _rows.Where(row => row.Kind == LogKind.Samples && _samples.At(row.Step).Count > 0)
            .Select(row => row.Step).Distinct()];
        _html.Append("<section><h2>Held-out utterances</h2>");
        if (steps.Length == 0)
            _html.Append("<p>None yet: they come every <code>show_every</code> steps, if the data holds any out.</p>");
        else
            _html.Append(F($"<p>As made at step {steps[^1]:N0}.</p>"));
        foreach (string name in steps.Length == 0 ? [] : _samples.At(steps[^1]))
        {
            _html.Append($"<article class=\"sample\"><h3>{Escape(name)}</h3><div class=\"clips\">");
            Clip("recorded", SampleFolder.Recording(name), inline: true);
            Clip("now", SampleFolder.Made(steps[^1], name), inline: true);
            _html.Append("</div>");
            Earlier(name, steps[..^1]);
            _html.Append($"<div class=\"scroll\">{_samples.Picture(steps[^1], name)}</div></article>\n");
        }
        _html.Append("</section>\n");
    }

    private void Earlier(string name, long[] steps)
    {
        if (steps.Length == 0)
            return;
        int every = (steps.Length + EarlierShown - 1) / EarlierShown;
        _html.Append("<details><summary>Earlier steps</summary><div class=\"clips\">");
        foreach (long step in steps.Where((_, k) => k % every == 0))
            Clip(F($"step {step:N0}"), SampleFolder.Made(step, name), inline: false);
        _html.Append("</div></details>");
    }

    private void Clip(string label, string file, bool inline)
    {
        string path = Path.Combine(_run, file);
        if (!File.Exists(path))
            return;
        string source = inline ? "data:audio/wav;base64," + Convert.ToBase64String(File.ReadAllBytes(path)) : file;
        _html.Append($"<label>{Escape(label)}<audio controls preload=\"{(inline ? "metadata" : "none")}\" ")
            .Append($"src=\"{source}\"></audio></label>");
    }

    private void Skips()
    {
        LogRow[] skips = [.. _rows.Where(row => row.Kind == LogKind.Skip)];
        _html.Append("<section><h2>Steps left out</h2>");
        if (skips.Length == 0)
        {
            _html.Append("<p>None: every loss and gradient was a finite number.</p></section>\n");
            return;
        }
        _html.Append("<div class=\"scroll\"><table><thead><tr><th>step</th><th class=\"text\">why</th>")
            .Append("<th class=\"text\">utterances</th></tr></thead><tbody>");
        foreach (LogRow skip in skips.Take(100))
            _html.Append(F($"<tr><td>{skip.Step:N0}</td><td class=\"text\">{Escape(skip.Note ?? "")}</td>"))
                .Append($"<td class=\"text\">{Escape(string.Join(", ", skip.Utterances ?? []))}")
                .AppendJoin("", (skip.Dumps ?? []).Select(dump => $"<br><code>--replay {Escape(dump)}</code>"))
                .Append("</td></tr>");
        _html.Append("</tbody></table></div></section>\n");
    }

    private void Facts()
    {
        _html.Append("<section><h2>Recipe and data</h2><div class=\"scroll\"><table class=\"facts\"><tbody>");
        foreach (var (name, value) in Last(LogKind.Start)?.Facts ?? new Dictionary<string, string>())
            _html.Append($"<tr><th>{Escape(name)}</th><td class=\"text\">{Escape(value)}</td></tr>");
        _html.Append("</tbody></table></div>");
        string recipe = Path.Combine(_run, RecipeName);
        if (File.Exists(recipe))
            _html.Append("<details><summary>The whole recipe</summary><pre>")
                .Append(Escape(File.ReadAllText(recipe))).Append("</pre></details>");
        int starts = _rows.Count(row => row.Kind == LogKind.Start);
        _html.Append(F($"<p>Begun or gone on with {starts:N0} times.</p></section>\n"));
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
