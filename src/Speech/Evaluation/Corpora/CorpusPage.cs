using System.Globalization;
using System.Net;
using System.Text;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;

namespace Kouyin.Speech.Evaluation.Corpora;

/// <summary>
/// A page about prepared data: one HTML file that needs nothing else, with clips to play, for any width, light or dark.
/// </summary>
internal sealed class CorpusPage
{
    private const int ClipRate = 16000, Bars = 60;

    private readonly PreparedCorpus _corpus;
    private readonly CorpusSummary _summary;
    private readonly StringBuilder _html = new();

    private CorpusPage(PreparedCorpus corpus, CorpusSummary summary) => (_corpus, _summary) = (corpus, summary);

    /// <summary>The page.</summary>
    /// <param name="corpus">The data; its sounds are opened for the clips.</param>
    /// <param name="summary">What it holds.</param>
    public static string Of(PreparedCorpus corpus, CorpusSummary summary)
    {
        CorpusPage page = new(corpus, summary);
        page.Head();
        page.Groups();
        page.Pitch();
        page.Histograms();
        page.Refusals();
        page.Clips();
        return page._html.Append("</main></body></html>\n").ToString();
    }

    private void Head()
    {
        CorpusGroup all = _summary.All;
        string title = string.Join(", ", _corpus.Info.Corpora.Select(path => Path.GetFileName(
            Path.TrimEndingDirectorySeparator(path))));
        _html.Append(PageStyle.Head(title)).Append("<dl class=\"numbers\">");
        Number("hours", F($"{all.Seconds / 3600:0.00}"));
        Number("utterances", F($"{all.Train + all.HeldOut:N0}"));
        Number("held out", F($"{all.HeldOut:N0}"));
        Number("speakers", F($"{all.Speakers}"));
        Number("accents", F($"{_summary.Accents.Count}"));
        Number("refused", F($"{_summary.Refusals.Sum(row => row.Count):N0}"));
        _html.Append("</dl>\n");

        void Number(string name, string value) => _html.Append($"<div><dt>{name}</dt><dd>{value}</dd></div>");
    }

    private void Groups()
    {
        _html.Append("<section><h2>Accents</h2>");
        Table("", "accent", "speakers", "to learn", "held out", "hours", "share", "median length", "phones a second");
        foreach (CorpusGroup group in _summary.Accents)
        {
            double share = 100 * group.Seconds / _summary.All.Seconds;
            _html.Append($"<tr><th>{Escape(group.Name)}</th>").Append(F($"<td>{group.Speakers}</td>"))
                .Append(F($"<td>{group.Train:N0}</td><td>{group.HeldOut:N0}</td><td>{group.Seconds / 3600:0.00}</td>"))
                .Append(F($"<td class=\"bar\"><span style=\"width:{share:0.0}%\"></span><b>{share:0.0} %</b></td>"))
                .Append(F($"<td>{group.Lengths.Quantile(0.5):0.0} s</td><td>{group.PhoneRate:0.0}</td></tr>"));
        }
        _html.Append("</tbody></table></div></section>\n");
    }

    private void Table(string kind, params string[] columns) => _html
        .Append($"<div class=\"scroll\"><table class=\"{kind}\"><thead><tr>")
        .AppendJoin("", columns.Select(column => $"<th>{column}</th>")).Append("</tr></thead><tbody>");

    private void Pitch()
    {
        _html.Append("<section><h2>Speakers and their pitch</h2><p>The line spans 5 to 95 % of the voiced frames, ")
            .Append("between 50 and 800 Hz by octaves; the dot is the median.</p>");
        Table("speakers", "speaker", "accent", "gender", "utterances", "minutes", "phones a second", "median F0",
            "50 to 800 Hz");
        foreach (CorpusGroup group in _summary.Speakers)
        {
            _html.Append($"<tr><th>{Escape(group.Name)}</th><td>{Escape(group.Accent)}</td>")
                .Append($"<td>{Escape(group.Gender)}</td>")
                .Append(F($"<td>{group.Train + group.HeldOut:N0}</td><td>{group.Seconds / 60:0.0}</td>"))
                .Append(F($"<td>{group.PhoneRate:0.0}</td>"));
            Range(group.Octaves);
        }
        _html.Append("</tbody></table></div></section>\n");
    }

    private void Range(Histogram octaves)
    {
        if (octaves.Total == 0)
        {
            _html.Append("<td>none</td><td></td></tr>");
            return;
        }
        double span = octaves.Edge(octaves.Counts.Count) - octaves.Edge(0);
        double Place(double share) => 100 * (octaves.Quantile(share) - octaves.Edge(0)) / span;
        (double low, double middle, double high) = (Place(0.05), Place(0.5), Place(0.95));
        _html.Append(F($"<td>{Math.Pow(2, octaves.Quantile(0.5)):0} Hz</td><td class=\"range\">"))
            .Append(F($"<span style=\"left:{low:0.0}%;width:{high - low:0.0}%\"></span>"))
            .Append(F($"<i style=\"left:{middle:0.0}%\"></i></td></tr>"));
    }

    private void Histograms()
    {
        _html.Append("<section class=\"two\">");
        Chart("Length of utterances", "seconds", _summary.All.Lengths);
        Chart("Phones a second", "of each utterance", _summary.All.Rates);
        _html.Append("</section>\n");
    }

    private void Chart(string title, string unit, Histogram histogram)
    {
        int last = Math.Max(1, histogram.Counts.ToList().FindLastIndex(count => count > 0) + 1);
        int perBar = (last + Bars - 1) / Bars, bars = (last + perBar - 1) / perBar;
        long[] counts = [.. Enumerable.Range(0, bars)
            .Select(bar => histogram.Counts.Skip(bar * perBar).Take(perBar).Sum())];
        double tallest = counts.Max();
        _html.Append($"<figure><figcaption>{title}</figcaption><svg viewBox=\"0 0 600 200\" role=\"img\" ")
            .Append($"aria-label=\"{title}\">");
        for (int bar = 0; bar < bars; bar++)
        {
            double height = 160 * counts[bar] / tallest, width = 600.0 / bars;
            _html.Append(F($"<rect x=\"{bar * width + 0.5:0.#}\" y=\"{165 - height:0.#}\" width=\"{width - 1:0.#}\" "))
                .Append(F($"height=\"{height:0.#}\"><title>{histogram.Edge(bar * perBar):0.##} to "))
                .Append(F($"{histogram.Edge((bar + 1) * perBar):0.##}: {counts[bar]:N0}</title></rect>"));
        }
        _html.Append(F($"<text x=\"0\" y=\"190\">{histogram.Edge(0):0.#}</text>"))
            .Append($"<text x=\"300\" y=\"190\" text-anchor=\"middle\">{unit}</text>")
            .Append(F($"<text x=\"600\" y=\"190\" text-anchor=\"end\">{histogram.Edge(bars * perBar):0.#}</text>"))
            .Append(F($"</svg><p>5 %: {histogram.Quantile(0.05):0.0}, median {histogram.Quantile(0.5):0.0}, "))
            .Append(F($"95 %: {histogram.Quantile(0.95):0.0}</p></figure>"));
    }

    private void Refusals()
    {
        _html.Append("<section><h2>Refused</h2>");
        if (_summary.Refusals.Count == 0)
            _html.Append("<p>Nothing was left out.</p>");
        else
            Table("", "reason", "utterances", "such as");
        foreach ((RefusalReason reason, int count, Refusal example) in _summary.Refusals)
            _html.Append($"<tr><th>{reason}</th>").Append(F($"<td>{count:N0}</td>"))
                .Append($"<td class=\"text\">{Escape(example.Id)}: {Escape(example.Detail)}</td></tr>");
        _html.Append(_summary.Refusals.Count == 0 ? "</section>\n" : "</tbody></table></div></section>\n");
    }

    private void Clips()
    {
        _html.Append("<section><h2>Clips</h2><div class=\"clips\">");
        foreach (int index in _summary.Clips)
        {
            PreparedUtterance u = _corpus.Utterances[index];
            string said = u.Text.Length > 0 ? u.Text : string.Join(' ', u.Reading);
            _html.Append($"<article><h3>{Escape(u.Speaker)} <small>{Escape(u.Accent)}, {Escape(u.Id)}</small></h3>")
                .Append($"<p lang=\"zh\">{Escape(said)}</p>");
            if (ClipOf(index) is { } sound)
                _html.Append("<audio controls preload=\"metadata\" src=\"data:audio/wav;base64,")
                    .Append(Convert.ToBase64String(WavFile.Encode(sound.Samples, sound.SampleRate)))
                    .Append("\"></audio>");
            else
                _html.Append($"<p class=\"gone\">The recording {Escape(u.AudioPath)} is not there any more.</p>");
            _html.Append("</article>\n");
        }
        _html.Append("</div></section>\n");
    }

    /// <summary>What was analysed, or the recording it came from; null where that is gone.</summary>
    private Sound? ClipOf(int index)
    {
        if (_corpus.Info.KeepsAudio)
            return new Sound(PcmSamples.Floats(_corpus.Samples(index)), _corpus.Info.Mel.SampleRate).To(ClipRate);
        string path = _corpus.Utterances[index].AudioPath;
        return File.Exists(path) ? SoundFile.Read(path).To(ClipRate) : null;
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
