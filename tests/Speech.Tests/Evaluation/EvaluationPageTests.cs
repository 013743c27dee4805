using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Evaluation.Clips;
using Kouyin.Speech.Tests.Audio;

namespace Kouyin.Speech.Tests.Evaluation;

public sealed class EvaluationPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_holds_everything_and_quotes_what_it_is_given()
    {
        string page = Page();

        Assert.Contains("a &lt;voice&gt;", page, StringComparison.Ordinal);
        Assert.Contains("swallowed, %", page, StringComparison.Ordinal);
        Assert.Equal(2, page.Split("<audio").Length - 1);
        Assert.DoesNotMatch("[ >(]NaN", page);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
    }

    [BrowserFact]
    public void A_browser_opens_it_from_a_file_sorts_it_and_shows_it_on_a_phone()
    {
        const string script = """
            <script>addEventListener('load', () => { const table = document.querySelectorAll('table')[1];
            const first = () => table.tBodies[0].rows[0].cells[0].textContent; const before = first();
            table.tHead.rows[0].cells[0].click(); const down = first(); table.tHead.rows[0].cells[0].click();
            const audio = document.querySelector('audio'), wide = document.documentElement.scrollWidth > innerWidth;
            document.title = [before, down, first(), wide, isFinite(audio.duration) || audio.readyState].join(' ');
            });</script>
            """;
        string page = Page().Replace("</body>", script + "</body>", StringComparison.Ordinal);
        File.WriteAllText(_folder["page.html"], page);

        string dom = Browser.Dump(_folder, _folder["page.html"], "--window-size=390,844");

        Assert.Contains("<title>A B A false", dom, StringComparison.Ordinal);
    }

    private static string Page()
    {
        float[] tone = Tones.Sine(200, 22050, 11025);
        Clip[] clips = [new("1", "A", "north", ["guang3"], tone), new("2", "B", "south", ["zhou1"], tone)];
        ClipScores[] scores = [.. clips.Select(clip => new ClipScores
        {
            Id = clip.Id, Speaker = clip.Speaker, Accent = clip.Accent, Said = clip.Said, Heard = "g uang / 3",
            Errors = TokenErrors.Between(RecognizerSymbols.Of(["guang3"]), RecognizerSymbols.Of(["zhou1"])),
            Similarity = double.NaN, Nearest = "A", Accents = new Dictionary<string, double> { ["north"] = 1 },
            Pitch = new(200, 1, 0, 0), Rate = new(1, 0.5),
        })];
        EvaluationCell[] cells = [.. clips.Select(clip => new EvaluationCell(
            clip.Speaker, clip.Accent, 1, 0, 0.5, double.NaN, double.NaN, new double[9], []))];
        return EvaluationPage.Of(new(
            "a <voice>", [.. Measure.All.Select(m => new EvaluationRow(m.Name, m.Over(scores), null, null))], cells,
            [new(50, 40, 60), new(49, 40, 60)], scores, []), clips);
    }
}
