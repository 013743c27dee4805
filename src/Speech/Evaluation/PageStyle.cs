using System.Net;

namespace Kouyin.Speech.Evaluation;

/// <summary>How the pages about corpora and voices look.</summary>
internal static class PageStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #fbfaf7; --card: #fff;
          --line: #e2ded4; --mark: #b4451f; --tint: #e9b9a6; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --soft: #a3a9b3; --paper: #15181d;
          --card: #1d2128; --line: #323842; --mark: #f08c62; --tint: #6b3f2e; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; }
        main { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.7rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
        h3 { font-size: 1rem; margin: 0; }
        p, small, dt { color: var(--soft); margin: .2rem 0 .6rem; }
        small { font-weight: normal; }
        .numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .6rem; margin: 0; }
        .numbers div, article, figure { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
          padding: .7rem .9rem; margin: 0; }
        .numbers dd { margin: 0; font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .numbers dt { margin: 0; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        thead th { color: var(--soft); font-weight: normal; }
        th:first-child, .speakers td:nth-child(2), .speakers td:nth-child(3),
        .speakers thead th:nth-child(-n+3), .text { text-align: left; }
        .text { white-space: normal; min-width: 14rem; overflow-wrap: anywhere; }
        .bar { position: relative; min-width: 7rem; }
        .bar span { position: absolute; left: 0; top: 20%; bottom: 20%; background: var(--tint); border-radius: 2px; }
        .bar b { position: relative; font-weight: normal; }
        .range { position: relative; min-width: 11rem; }
        .range span { position: absolute; top: calc(50% - 2px); height: 4px; background: var(--tint);
          border-radius: 2px; }
        .range i { position: absolute; top: calc(50% - 5px); width: 10px; height: 10px; margin-left: -5px;
          border-radius: 50%; background: var(--mark); }
        .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem;
          margin-top: 2.2rem; }
        figcaption { font-weight: 600; margin-bottom: .4rem; }
        svg { display: block; width: 100%; height: auto; }
        rect { fill: var(--mark); }
        svg text { fill: var(--soft); font-size: 15px; }
        .clips { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 1rem; }
        audio { width: 100%; height: 2.4rem; }
        @media (max-width: 40rem) { svg text { font-size: 26px; } th, td { padding: .35rem .4rem; }
          .range { min-width: 6rem; } .text { min-width: 9rem; }
          .speakers :is(th, td):is(:nth-child(n+3):nth-child(-n+6)) { display: none; } }
        """;

    /// <summary>How a page begins, its heading included.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="more">What it looks like beside <see cref="Css"/>.</param>
    public static string Head(string title, string more = "")
    {
        title = WebUtility.HtmlEncode(title);
        return $"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title><style>{Css}
            {more}</style></head>
            <body><main><h1>{title}</h1>

            """;
    }

    /// <summary>How a table begins whose columns <see cref="SortScript"/> sorts.</summary>
    public static string SortableHead(IEnumerable<string> columns) =>
        "<div class=\"scroll\"><table><thead><tr>"
        + string.Concat(columns.Select(column => $"<th data-sort=\"\">{WebUtility.HtmlEncode(column)}</th>"))
        + "</tr></thead><tbody>";

    /// <summary>Columns that <see cref="SortScript"/> sorts show that they can be clicked.</summary>
    public const string SortableCss = """
        thead th[data-sort] { cursor: pointer; text-decoration: underline dotted; }
        """;

    /// <summary>Sorts a table by a click on a column's name, th[data-sort], by data-value or the text; a page reads as
    /// well without it.</summary>
    public const string SortScript = """
        document.querySelectorAll('th[data-sort]').forEach(th => th.addEventListener('click', () => {
          const body = th.closest('table').tBodies[0], column = th.cellIndex, down = th.dataset.sort !== 'down';
          th.dataset.sort = down ? 'down' : 'up';
          const key = row => { const text = row.cells[column].dataset.value ?? row.cells[column].textContent;
            return isNaN(parseFloat(text)) ? text : parseFloat(text); };
          [...body.rows].sort((a, b) => (key(a) < key(b) ? 1 : -1) * (down ? 1 : -1)).forEach(r => body.append(r));
        }));
        """;
}
