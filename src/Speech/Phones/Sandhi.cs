namespace Kouyin.Speech.Phones;

/// <summary>Tone sandhi: what neighbours do to a tone.</summary>
internal static class Sandhi
{
    private const string Digits = "零一二三四五六七八九十百千万亿两〇幺点第";

    /// <summary>Sets the surface reading of syllables that are spoken without a stop between them.</summary>
    public static void Apply(ReadOnlySpan<Token> run)
    {
        foreach (Token token in run)
            token.Surface = token.Lexical;
        for (int i = 0; i < run.Length; i++)
            if (run[i].Text == "一" && run[i].Lexical.Tone == 1)
                SetTone(run[i], YiTone(run, i));
            else if (run[i].Text == "不" && run[i].Lexical.Tone == 4 && i + 1 < run.Length && run[i + 1].Lexical.Tone == 4)
                SetTone(run[i], 2);
        ThirdTones.Apply(run);
    }

    private static int YiTone(ReadOnlySpan<Token> run, int i)
    {
        string before = i > 0 ? run[i - 1].Text : "";
        if (i + 1 == run.Length || IsCounted(run, i))
            return 1;
        Token after = run[i + 1];
        bool between = i > 0 && before == after.Text && !Digits.Contains(before, StringComparison.Ordinal);
        if (between)
            return 5;
        if (after.Word != run[i].Word && i > 0 && run[i - 1].Word == run[i].Word)
            return 1;
        return after.Lexical.Tone == 4 || after.Text == "个" ? 2 : 4;
    }

    /// <summary>Whether 一 is a digit of a number or an order, and keeps its tone.</summary>
    private static bool IsCounted(ReadOnlySpan<Token> run, int i)
    {
        bool digitBefore = i > 0 && Digits.Contains(run[i - 1].Text, StringComparison.Ordinal);
        bool digitAfter = "零一二三四五六七八九两〇幺".Contains(run[i + 1].Text, StringComparison.Ordinal);
        return digitBefore || digitAfter || "月号".Contains(run[i + 1].Text, StringComparison.Ordinal);
    }

    private static void SetTone(Token token, int tone)
    {
        if (tone == token.Surface.Tone)
            return;
        token.Surface = token.Surface.WithTone(tone);
        token.Rule += " sandhi";
    }
}
