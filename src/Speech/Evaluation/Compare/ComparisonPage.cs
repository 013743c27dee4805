using System.Globalization;
using System.Net;
using System.Text;

namespace Kouyin.Speech.Evaluation.Compare;

/// <summary>A comparison as a page: one HTML file that needs nothing else, for any width, light or dark.</summary>
public sealed class ComparisonPage
{
    private const string Style = """
        .better { color: #1a7f4b; } .worse { color: var(--mark); }
        @media (prefers-color-scheme: dark) { .better { color: #58c48c; } }
        .certain { font-weight: 600; } tr.reference { background: color-mix(in srgb, var(--tint) 25%, transparent); }
        figure { margin-top: 1rem; } figure svg { max-width: 48rem; } figure svg text { font-size: 10.5px; }
        td small { display: block; margin: 0; } td.text { text-align: left; }
        @media (max-width: 40rem) { .scroll tbody th { white-space: normal; min-width: 6rem; } }
        """;

    private readonly Comparison _comparison;
    private readonly StringBuilder _html = new();

    private ComparisonPage(Comparison comparison) => _comparison = comparison;

    /// <summary>The page.</summary>
    /// <param name="title">What it is about.</param>
    /// <param name="about">How it was made.</param>
    /// <param name="comparison">What is on it.</param>
    public static string Of(string title, string about, Comparison comparison)
    {
        ComparisonPage page = new(comparison);
        page._html.Append(PageStyle.Head(title, PageStyle.SortableCss + Style)).Append($"<p>{Escape(about)}</p>\n");
        page.Verdicts();
        page.Frontier();
        page.Scores("In accents that are not the speakers' own", cross: true);
        page.Scores("In the speakers' own accents", cross: false);
        return page._html.Append($"</main><script>{PageStyle.SortScript}</script></body></html>\n").ToString();
    }

    private void Verdicts()
    {
        _html.Append($"<p>All are held against {Escape(_comparison.Reference.Name)}. Better and worse are what is ")
            .Append("certain: the 95 % interval of the difference, over what both said, has no 0 in it, and every ")
            .Append("pair of seeds agrees on the sign. One beats it whose accent and timbre are both better in ")
            .Append("accents that are not the speakers' own, and whose words and tempo are not worse.</p>")
            .Append("<section><h2>Verdicts</h2>");
        Table("", "the log", "measured", "seeds", "clips");
        foreach (Contender contender in _comparison.Contenders)
            _html.Append($"<tr{Kind(contender)}><th>{Escape(contender.Name)}</th>")
                .Append($"<td class=\"text\">{Escape(contender.Log)}</td>")
                .Append($"<td class=\"text\">{Escape(_comparison.Verdict(contender))}</td>")
                .Append(F($"<td>{contender.Runs.Count}</td>"))
                .Append(F($"<td>{contender.Runs.Sum(run => run.Spoken.Count)}</td></tr>"));
        _html.Append("</tbody></table></div></section>\n");
    }

    private void Frontier()
    {
        string plot = FrontierPlot.Of(_comparison);
        if (plot.Length > 0)
            _html.Append("<section><h2>Accent and timbre</h2><figure>").Append(plot)
                .Append("<figcaption>In accents that are not the speakers' own; bars: 95 % of resamples of the ")
                .Append("utterances. The line: those that nobody beats in both.")
                .Append(FrontierPlot.Ceiling(_comparison) is { } real
                    ? F($" The recordings: {real.Timbre.Value:0.00} and {real.Accent.Value:0} %.") : "")
                .Append("</figcaption></figure></section>\n");
    }

    private void Scores(string title, bool cross)
    {
        IReadOnlyList<Contender> shown = _comparison.WhoSpoke(cross);
        if (shown.Count == 0)
            return;
        _html.Append($"<section><h2>{title}</h2>");
        Table("", [.. ComparedMeasure.All.Select(measure => measure.Name)]);
        foreach (Contender contender in shown)
        {
            _html.Append($"<tr{Kind(contender)}><th>{Escape(contender.Name)}</th>");
            foreach (ComparedMeasure measure in ComparedMeasure.All)
                Score(_comparison.Of(contender, measure, cross), measure);
            _html.Append("</tr>");
        }
        _html.Append("</tbody></table></div><p>Under each number: its 95 % interval, its seeds, and its difference ")
            .Append("from the reference, fat where it is certain.</p></section>\n");
    }

    private void Score(ComparedScore found, ComparedMeasure measure)
    {
        if (found.Score is not { } score)
        {
            _html.Append("<td>none</td>");
            return;
        }
        _html.Append(F($"<td data-value=\"{score.Value.Value:R}\">{Number(score.Value.Value)}"))
            .Append($"<small>{Number(score.Value.Low)} to {Number(score.Value.High)}</small>");
        if (score.BySeed.Count > 1)
            _html.Append($"<small>{string.Join(" · ", score.BySeed.Select(Number))}</small>");
        if (found.Difference is { } difference)
        {
            string kind = !difference.IsCertain ? "" : measure.HigherIsBetter is not { } higher ? " certain"
                : difference.Value.Value > 0 == higher ? " certain better" : " certain worse";
            _html.Append($"<small class=\"difference{kind}\">{Signed(difference.Value.Value)} ")
                .Append($"({Signed(difference.Value.Low)} to {Signed(difference.Value.High)})</small>");
        }
        _html.Append("</td>");

        string Number(double value) => value.ToString($"F{measure.Digits}", CultureInfo.InvariantCulture);

        string Signed(double value) => (value > 0 ? "+" : "") + Number(value);
    }

    private string Kind(Contender contender) => contender == _comparison.Reference ? " class=\"reference\"" : "";

    private void Table(string first, params string[] columns) =>
        _html.Append(PageStyle.SortableHead(columns.Prepend(first)));

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
