namespace Kouyin.Speech.Phones;

/// <summary>A sentence, ready to be spoken.</summary>
public sealed record Utterance
{
    /// <summary>The sentence as it is spoken: numbers and symbols in words.</summary>
    public required string Text { get; init; }

    /// <summary>Its syllables, English words and pauses, in order.</summary>
    public required IReadOnlyList<Token> Tokens { get; init; }

    /// <summary>What the markup asks for; the default where there is none.</summary>
    public Style Style { get; init; } = Style.Default;

    /// <summary>The tokens that nobody can voice, such as characters without a known reading.</summary>
    public IEnumerable<Token> Unvoiced => Tokens.Where(token => token.Kind == TokenKind.Unvoiced);

    /// <summary>The pinyin before tone sandhi, one space apart; English words as they are written.</summary>
    public string Lexical => string.Join(' ', Spoken.Select(token => Written(token, token.Lexical)));

    /// <summary>The pinyin as spoken, one space apart; English words as they are written.</summary>
    public string Surface => string.Join(' ', Spoken.Select(token => Written(token, token.Surface)));

    private IEnumerable<Token> Spoken =>
        Tokens.Where(token => token.Kind is TokenKind.Syllable or TokenKind.English);

    /// <summary>The phones, with silence at both ends and no two silences in a row.</summary>
    public IReadOnlyList<Phone> Phones(PhoneSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        int start = Tokens.Count > 0 ? Tokens[0].Start : 0;
        int end = Tokens.Count > 0 ? Tokens[^1].End : 0;
        List<Phone> phones = [new(PhoneSet.Silence, start, start)];
        foreach (Token token in Tokens)
            foreach (string symbol in SymbolsOf(token, set))
                if (symbol != PhoneSet.Silence || phones[^1].Symbol != PhoneSet.Silence)
                    phones.Add(new(symbol, token.Start, token.End));
        if (phones[^1].Symbol != PhoneSet.Silence)
            phones.Add(new(PhoneSet.Silence, end, end));
        return phones;
    }

    /// <summary>Whether nothing follows its last stop.</summary>
    internal bool EndsInPause => Tokens.Count > 0 && Tokens[^1].Kind == TokenKind.Pause;

    /// <summary>The same sentence with more at its end.</summary>
    internal Utterance With(string text, IReadOnlyList<Token> tokens) =>
        this with { Text = Text + text, Tokens = [.. Tokens, .. tokens] };

    private static string Written(Token token, Pinyin pinyin) =>
        token.Kind == TokenKind.Syllable ? pinyin.ToString() : token.Text;

    private static IEnumerable<string> SymbolsOf(Token token, PhoneSet set) => token.Kind switch
    {
        TokenKind.Syllable => set.Phones(token.Surface),
        TokenKind.English => token.Arpabet.SelectMany(set.EnglishPhones),
        TokenKind.Pause => [set.PausePhone(token.Pause)],
        _ => [],
    };
}
