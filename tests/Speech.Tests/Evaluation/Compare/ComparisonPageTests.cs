using Kouyin.Speech.Evaluation.Compare;

namespace Kouyin.Speech.Tests.Evaluation.Compare;

public sealed class ComparisonPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_holds_verdicts_numbers_and_the_frontier_and_quotes_what_it_is_given()
    {
        string page = ComparisonPage.Of("a <ledger>", "how & when", Compared());

        Assert.Contains("a &lt;ledger&gt;", page, StringComparison.Ordinal);
        Assert.Contains("how &amp; when", page, StringComparison.Ordinal);
        Assert.Contains("what the log says of better", page, StringComparison.Ordinal);
        Assert.Contains("beats reference", page, StringComparison.Ordinal);
        Assert.Contains("<polyline", page, StringComparison.Ordinal);
        Assert.Contains("certain better", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("[ >(]NaN", page);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tables_hold_a_row_for_each_and_mark_what_is_certain()
    {
        string table = ComparisonTable.Of(Compared());

        Assert.Equal(2, table.Split("| better |").Length - 1);
        Assert.Contains("**+0.100**", table, StringComparison.Ordinal);
    }

    [BrowserFact]
    public void A_browser_opens_it_from_a_file_sorts_it_and_shows_it_on_a_phone()
    {
        const string script = """
            <script>addEventListener('load', () => { const table = document.querySelectorAll('table')[1];
            const first = () => table.tBodies[0].rows[0].cells[0].textContent; const before = first();
            table.tHead.rows[0].cells[2].click(); const down = first(); table.tHead.rows[0].cells[2].click();
            const wide = document.documentElement.scrollWidth > innerWidth;
            document.title = [before, down, first(), wide].join(' '); });</script>
            """;
        string page = ComparisonPage.Of("ledger", "", Compared())
            .Replace("</body>", script + "</body>", StringComparison.Ordinal);
        File.WriteAllText(_folder["page.html"], page);

        string dom = Browser.Dump(_folder, _folder["page.html"], "--window-size=390,844");

        Assert.Contains("<title>reference better reference false", dom, StringComparison.Ordinal);
    }

    private static Comparison Compared()
    {
        Contender reference = ComparisonTests.Made("reference");
        return new([reference, ComparisonTests.Made("better", accent: 0.1, timbre: 0.1)], reference);
    }
}
