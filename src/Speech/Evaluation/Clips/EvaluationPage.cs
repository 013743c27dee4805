using System.Globalization;
using System.Net;
using System.Text;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>
/// A page about what a voice was found to do: one HTML file that needs nothing else, with clips to play, for any width,
/// light or dark.
/// </summary>
public sealed class EvaluationPage
{
    private const int ClipRate = 16000, MostClips = 12;
    private const double PictureSeconds = 4;

    private const string Style = """
        td.heat { text-align: center; }
        .best { font-weight: 600; } .clips img { width: 100%; height: 6rem; border-radius: .3rem; }
        @media (max-width: 40rem) { tbody th { white-space: normal; min-width: 6rem; } }
        .clips svg { height: 3rem; } .clips polyline { stroke: var(--mark); }
        """;

    private readonly VoiceEvaluation _found;
    private readonly Dictionary<string, Clip> _clips;
    private readonly StringBuilder _html = new();

    private EvaluationPage(VoiceEvaluation found, IReadOnlyList<Clip> clips) =>
        (_found, _clips) = (found, clips.DistinctBy(clip => clip.Id).ToDictionary(clip => clip.Id));

    /// <summary>The page.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="clips">What was spoken, to play.</param>
    public static string Of(VoiceEvaluation found, IReadOnlyList<Clip> clips)
    {
        ArgumentNullException.ThrowIfNull(found);
        EvaluationPage page = new(found, clips);
        page._html.Append(PageStyle.Head(found.Voice, PageStyle.SortableCss + Style));
        page.Measures();
        page.Grid();
        page.Confusion("Accents: meant, and heard", page._found.Spoken.Where(s => s.HeardAccent is not null),
            s => s.Accent, s => s.HeardAccent!);
        page.Confusion("Speakers: meant, and nearest", page._found.Spoken, s => s.Speaker, s => s.Nearest);
        page.Worst();
        return page._html.Append($"</main><script>{PageStyle.SortScript}</script></body></html>\n").ToString();
    }

    private void Measures()
    {
        _html.Append(F($"<p>{_found.Spoken.Count:N0} utterances, {_found.Copies.Count:N0} of them recorded too. "))
            .Append("The ceiling is the recordings through the same vocoder; the floor recordings that are wrong in ")
            .Append("what is measured: another speaker, another accent, other words. In brackets: 95 % of resamples ")
            .Append("of the utterances.</p>");
        Table("measure", "spoken", "ceiling", "floor");
        foreach (EvaluationRow row in _found.Rows)
            _html.Append($"<tr><th>{Escape(row.Measure)}</th>{Cell(row.Spoken, "best")}{Cell(row.Ceiling, "")}")
                .Append($"{Cell(row.Floor, "")}</tr>");
        _html.Append("</tbody></table></div>");
        if (_found.ChannelControl.Count == 2)
            _html.Append($"<p>Channel control: the recordings' accents are {Text(_found.ChannelControl[0])} % ")
                .Append($"probable, and {Text(_found.ChannelControl[1])} % with another microphone and room laid ")
                .Append("over them.</p>");
    }

    private void Grid()
    {
        _html.Append("<section><h2>Speakers and accents</h2>");
        Table("speaker", "accent", "clips", "similarity", "accent, %", "ACCDIST margin",
            [
                .. PhoneticContrasts.Names.Take(PhoneticContrasts.OfAccent)
                    .Select(name => name.Replace("levels", "semitones", StringComparison.Ordinal)),
            ]);
        foreach (EvaluationCell cell in _found.Cells)
        {
            _html.Append($"<tr><th>{Escape(cell.Speaker)}</th><td>{Escape(cell.Accent)}</td><td>{cell.Clips}</td>")
                .Append(Heat(cell.Similarity, cell.Similarity, "0.00"))
                .Append(Heat(100 * cell.AccentProbability, cell.AccentProbability, "0"))
                .Append(Heat(cell.AccentDistance, 0.5 + 5 * cell.AccentDistance, "+0.000;-0.000"));
            for (int k = 0; k < PhoneticContrasts.OfAccent; k++)
            {
                string real = cell.RecordedContrasts.Count > 0 ? $" ({Text(cell.RecordedContrasts[k])})" : "";
                _html.Append($"<td>{Text(cell.Contrasts[k])}{real}</td>");
            }
            _html.Append("</tr>");
        }
        _html.Append("</tbody></table></div><p>In brackets: the recordings.</p></section>\n");
    }

    private void Confusion(
        string title, IEnumerable<ClipScores> clips, Func<ClipScores, string> meant, Func<ClipScores, string> heard)
    {
        var pairs = clips.Select(clip => (Meant: meant(clip), Heard: heard(clip))).ToArray();
        string[] names = [.. pairs.SelectMany(p => (string[])[p.Meant, p.Heard]).Distinct().Order()];
        if (names.Length < 2)
            return;
        _html.Append($"<section><h2>{title}</h2>");
        Table("meant", [.. names]);
        foreach (IGrouping<string, (string Meant, string Heard)> row in pairs.GroupBy(p => p.Meant).OrderBy(g => g.Key))
        {
            _html.Append($"<tr><th>{Escape(row.Key)}</th>");
            foreach (string name in names)
            {
                int count = row.Count(p => p.Heard == name);
                _html.Append(Heat(count, (double)count / row.Count(), "0"));
            }
            _html.Append("</tr>");
        }
        _html.Append("</tbody></table></div></section>\n");
    }

    private void Worst()
    {
        _html.Append("<section><h2>The worst understood first</h2><div class=\"clips\">");
        foreach (ClipScores scores in _found.Spoken.OrderByDescending(s => s.Errors.All.Errors)
            .ThenBy(s => s.Similarity).Where(s => _clips.ContainsKey(s.Id)).Take(MostClips))
        {
            Clip clip = _clips[scores.Id];
            Sound sound = new Sound(clip.Samples, MelConfig.Natural22k.SampleRate).To(ClipRate);
            _html.Append($"<article><h3>{Escape(scores.Speaker)} <small>{Escape(scores.Accent)}, {Escape(scores.Id)}")
                .Append($"</small></h3><p>{Escape(scores.Said)}<br>heard {Escape(scores.Heard)}</p>")
                .Append(F($"<p>{scores.Errors.All.Errors} of {scores.Errors.All.Tokens} wrong, similarity "))
                .Append($"{Text(scores.Similarity)}</p>")
                .Append(Pictures(clip))
                .Append("<audio controls preload=\"metadata\" src=\"data:audio/wav;base64,")
                .Append(Convert.ToBase64String(WavFile.Encode(sound.Samples, sound.SampleRate)))
                .Append("\"></audio></article>\n");
        }
        _html.Append("</div></section>\n");
    }

    /// <summary>The mel and, below it, the pitch from 60 to 600 Hz by octaves.</summary>
    private static string Pictures(Clip clip)
    {
        int most = (int)(PictureSeconds * MelConfig.Natural22k.SampleRate);
        ClipFeatures features = new(clip.Samples[..Math.Min(clip.Samples.Length, most)]);
        int frames = features.Hertz.Length;
        float[] bands = Evaluation.Pictures.Heat.Transposed(features.Mel, MelConfig.Natural22k.Bands);
        byte[] png = Evaluation.Pictures.Heat.Png(bands, frames, bands.Max() - 8, bands.Max());
        StringBuilder html = new();
        html.Append($"<img alt=\"mel\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\">")
            .Append(F($"<svg viewBox=\"0 0 {frames} 50\" preserveAspectRatio=\"none\" "))
            .Append("role=\"img\" aria-label=\"F0\">");
        for (int first = 0; first < frames; first++)
        {
            if (features.Hertz[first] == 0)
                continue;
            int end = first;
            html.Append("<polyline fill=\"none\" vector-effect=\"non-scaling-stroke\" points=\"");
            for (; end < frames && features.Hertz[end] > 0; end++)
                html.Append(F($"{end},{50 - 50 * Math.Log10(features.Hertz[end] / PitchTracker.LowestHz):0.0} "));
            html.Append("\"/>");
            first = end;
        }
        return html.Append("</svg>").ToString();
    }

    private void Table(string first, params string[] columns) =>
        _html.Append(PageStyle.SortableHead(columns.Prepend(first)));

    private void Table(string a, string b, string c, string d, string e, string f, string[] more) =>
        Table(a, [b, c, d, e, f, .. more]);

    private static string Cell(Measured? measured, string kind) => measured is null
        ? "<td>none</td>"
        : F($"<td class=\"{kind}\" data-value=\"{measured.Value:R}\">{Text(measured)}</td>");

    private static string Text(Measured measured) =>
        F($"{measured.Value:0.##} ({measured.Low:0.##} to {measured.High:0.##})");

    private static string Text(double value) => double.IsFinite(value) ? F($"{value:0.00}") : "none";

    private static string Heat(double value, double share, string format)
    {
        if (!double.IsFinite(value))
            return "<td class=\"heat\">none</td>";
        double percent = 100 * Math.Clamp(share, 0, 1);
        return F($"<td class=\"heat\" data-value=\"{value:R}\" style=\"background:color-mix(in srgb, var(--tint) ")
            + F($"{percent:0}%, transparent)\">{value.ToString(format, CultureInfo.InvariantCulture)}</td>");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
