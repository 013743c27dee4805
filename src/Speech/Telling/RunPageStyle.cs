namespace Kouyin.Speech.Telling;

/// <summary>How <see cref="RunPage"/> looks, beside what it shares with the page about data.</summary>
internal static class RunPageStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """
        .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
        .curves figure { padding: .4rem .4rem .2rem; }
        .curves p { margin: 0 .6rem .4rem; font-size: .9rem; font-variant-numeric: tabular-nums; }
        .sample { margin-bottom: 1rem; }
        .sample svg { width: auto; max-width: none; }
        .sample svg text { font-size: inherit; }
        .sample .clips { margin: .4rem 0; }
        label { color: var(--soft); display: block; }
        summary { cursor: pointer; color: var(--soft); margin: .4rem 0; }
        pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
          padding: .7rem .9rem; font-size: .85rem; }
        code { overflow-wrap: anywhere; background: var(--card); padding: 0 .25rem; border-radius: .25rem; }
        li { margin: .3rem 0; overflow-wrap: anywhere; }
        .facts th { text-align: left; font-weight: normal; color: var(--soft); }
        @media (max-width: 40rem) { .curves svg text { font-size: 17px; } .sample svg text { font-size: inherit; } }
        """;
}
