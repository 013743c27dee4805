namespace Kouyin.Speech.Phones;

/// <summary>Bends a standard reading to an accent's habits, before tone sandhi.</summary>
internal static class Accents
{
    /// <summary>These are neutral in every accent.</summary>
    private const string AlwaysNeutral = "的地得了着们子么吗呢吧啊嘛呀啦哦喔";

    /// <summary>Applies a policy to a sentence.</summary>
    public static void Apply(AccentPolicy policy, List<Token> tokens, Lexicon lexicon)
    {
        if (policy.NeutralTone == NeutralTonePolicy.Full)
            foreach (Token token in tokens)
                Restore(token, lexicon);
        if (policy.Erhua == ErhuaPolicy.Merge)
            return;
        for (int i = 0; i < tokens.Count; i++)
            if (tokens[i] is { Lexical.Erhua: true } merged && merged.Rule != MandarinReader.GivenRule)
            {
                Pinyin plain = merged.Lexical.WithoutErhua();
                tokens[i] = merged with { Lexical = plain, Rule = merged.Rule + " accent" };
                if (policy.Erhua == ErhuaPolicy.Separate)
                    tokens.Insert(++i, tokens[i - 1] with { Text = "儿", Lexical = Pinyin.Parse("er2") });
            }
    }

    private static void Restore(Token token, Lexicon lexicon)
    {
        if (token.Lexical.Tone != 5 || token.Rule == MandarinReader.GivenRule
            || AlwaysNeutral.Contains(token.Text[0], StringComparison.Ordinal))
            return;
        Pinyin full = lexicon.CharReading(token.Text[0]);
        if (full.IsNone || full.Tone == 5 || full.Syllable != token.Lexical.Syllable)
            return;
        token.Lexical = token.Lexical.WithTone(full.Tone);
        token.Rule += " accent";
    }
}
