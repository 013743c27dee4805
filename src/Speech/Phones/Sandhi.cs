namespace Kouyin.Speech.Phones;

/// <summary>Tone sandhi: what neighbours do to a tone.</summary>
internal static class Sandhi
{
    private const string Digits = "零一二三四五六七八九两〇幺";

    /// <summary>After these 一 is part of a number or an order and keeps its tone.</summary>
    private const string CountedBefore = "十百千零点第初";

    /// <summary>Before these it is an order: 一月, 一号, 一审, 一路公交.</summary>
    private const string OrdersAfter = "月号审期级中院";

    /// <summary>What is numbered rather than counted where one of these stands before: 中央一台, 周一路.</summary>
    private const string OrderedUnits = "台路线楼层套区班组";

    /// <summary>Sets the surface reading of syllables that are spoken without a stop between them.</summary>
    public static void Apply(ReadOnlySpan<Token> run, ThirdTones thirdTones)
    {
        foreach (Token token in run)
            token.Surface = token.Lexical;
        for (int i = 0; i < run.Length; i++)
            if (run[i].Text == "一" && run[i].Lexical.Tone == 1)
                SetTone(run[i], YiTone(run, i));
            else if (run[i].Text == "不" && run[i].Lexical.Tone == 4 && ToneAfter(run, i) == 4)
                SetTone(run[i], 2);
        thirdTones.Apply(run);
    }

    private static int YiTone(ReadOnlySpan<Token> run, int i)
    {
        if (i + 1 == run.Length || IsCounted(run, i))
            return 1;
        Token after = run[i + 1];
        if (i > 0 && run[i - 1].Text == after.Text && after.Kind == TokenKind.Syllable)
            return 5;
        bool endsWord = after.Word != run[i].Word && i > 0 && run[i - 1].Word == run[i].Word;
        if (endsWord)
            return 1;
        return after.Lexical.Tone == 4 || after.Text == "个" ? 2 : 4;
    }

    /// <summary>Whether 一 is a digit of a number, or an order, and keeps its tone.</summary>
    private static bool IsCounted(ReadOnlySpan<Token> run, int i)
    {
        string before = i > 0 ? run[i - 1].Text : "";
        string after = run[i + 1].Text;
        bool sameWord = run[i].Word == run[i + 1].Word;
        if (Has("百千万亿", after))
            return false;
        if (after == "点" && i + 2 < run.Length && Has(Digits, run[i + 2].Text))
            return true;
        if (Has(CountedBefore, before) || Has(Digits, before) || Has(Digits, after))
            return true;
        if (before == "月" && Has("日号", after))
            return true;
        if (Has(OrdersAfter, after) || after == "比")
            return !sameWord || after is "月" or "号" or "审";
        return Has(OrderedUnits, after) && (Has("央视周第号市区", before) || after == "路" && IsBusLine(run, i));
    }

    /// <summary>一路公交, 一路车: the line, not the whole way.</summary>
    private static bool IsBusLine(ReadOnlySpan<Token> run, int i) =>
        i + 2 < run.Length && Has("公车电汽", run[i + 2].Text) || i > 0 && Has("乘坐", run[i - 1].Text);

    private static int ToneAfter(ReadOnlySpan<Token> run, int i) => i + 1 < run.Length ? run[i + 1].Lexical.Tone : 0;

    private static bool Has(string characters, string text) =>
        text.Length > 0 && characters.Contains(text, StringComparison.Ordinal);

    private static void SetTone(Token token, int tone)
    {
        if (tone == token.Surface.Tone)
            return;
        token.Surface = token.Surface.WithTone(tone);
        token.Rule += " sandhi";
    }
}
