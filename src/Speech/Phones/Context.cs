namespace Kouyin.Speech.Phones;

/// <summary>A one-character word among its neighbours, for the rules that choose its reading.</summary>
internal readonly ref struct Context(ReadOnlySpan<Token> tokens, int index)
{
    private readonly ReadOnlySpan<Token> _tokens = tokens;

    /// <summary>The character.</summary>
    public string Character => _tokens[index].Text;

    /// <summary>The character before it in the stretch, or nothing.</summary>
    public string Before => index > 0 ? _tokens[index - 1].Text : "";

    /// <summary>The one before that.</summary>
    public string SecondBefore => index > 1 ? _tokens[index - 2].Text : "";

    /// <summary>The character after it in the stretch, or nothing.</summary>
    public string After => index + 1 < _tokens.Length ? _tokens[index + 1].Text : "";

    /// <summary>Whether it starts the stretch of Chinese characters.</summary>
    public bool IsFirst => index == 0;

    /// <summary>Whether it ends the stretch.</summary>
    public bool IsLast => index + 1 == _tokens.Length;

    /// <summary>How many characters the word before it has; 0 where there is none.</summary>
    public int LengthBefore => index == 0 ? 0 : LengthAt(index - 1, -1);

    /// <summary>How many characters the word after it has; 0 where there is none.</summary>
    public int LengthAfter => IsLast ? 0 : LengthAt(index + 1, 1);

    /// <summary>The reading that the character before it has.</summary>
    public Pinyin ReadingBefore => index > 0 ? _tokens[index - 1].Lexical : default;

    /// <summary>Whether the character before it is one of these.</summary>
    public bool Follows(string characters) => index > 0 && characters.Contains(Before, StringComparison.Ordinal);

    /// <summary>Whether the character after it is one of these.</summary>
    public bool Precedes(string characters) => !IsLast && characters.Contains(After, StringComparison.Ordinal);

    /// <summary>Whether the word after it is one of these.</summary>
    public bool PrecedesWord(HashSet<string> words)
    {
        Span<char> word = stackalloc char[Segmenter.LongestWord];
        int length = 0;
        for (int i = index + 1; i < _tokens.Length && _tokens[i].Word == _tokens[index + 1].Word; i++)
        {
            if (length + _tokens[i].Text.Length > word.Length)
                return false;
            _tokens[i].Text.CopyTo(word[length..]);
            length += _tokens[i].Text.Length;
        }
        return words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word[..length]);
    }

    private int LengthAt(int at, int step)
    {
        int length = 0;
        for (int i = at; i >= 0 && i < _tokens.Length && _tokens[i].Word == _tokens[at].Word; i += step)
            length++;
        return length;
    }
}
