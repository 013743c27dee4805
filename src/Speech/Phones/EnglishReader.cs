using System.Text;

namespace Kouyin.Speech.Phones;

/// <summary>English words as ARPAbet phones with stress.</summary>
internal sealed class EnglishReader(Lexicon lexicon)
{
    /// <summary>Capitals up to this length are letters, even where they are a word as well (US, IT, WHO).</summary>
    private const int LongestInitials = 3;

    /// <summary>Capitals up to this length that no dictionary knows are letters: HTML.</summary>
    private const int LongestUnknownInitials = 5;

    /// <summary>A word's phones and the rule that found them.</summary>
    public (string[] Phones, string Rule) Read(string word, UserLexicon? user)
    {
        if (user?.English(word) is string[] given)
            return (given, "user");
        bool capitals = word.All(char.IsAsciiLetterUpper);
        if (word.Length == 1 || capitals && word.Length <= LongestInitials)
            return (Letters(word), "letters");
        if (Find(word.ToLowerInvariant()) is string[] phones)
            return (phones, "cmudict");
        if (capitals && word.Length <= LongestUnknownInitials)
            return (Letters(word), "letters");
        return Parts(word) ?? (LetterToSound.Read(Lower(word)), "spelling");
    }

    private static string Lower(string word) => string.Concat(word.Where(char.IsAsciiLetter)).ToLowerInvariant();

    /// <summary>A word as two that are known: YouTube, WeChat's, workflow.</summary>
    private (string[] Phones, string Rule)? Parts(string word)
    {
        const int shortest = 3;
        const int longest = 24;
        if (word.Length > longest)
            return null;
        int hump = 1 + word.AsSpan(1).IndexOfAnyInRange('A', 'Z');
        if (hump > 0 && !char.IsAsciiLetterUpper(word[hump - 1]))
            return ([.. Read(word[..hump], null).Phones, .. Read(word[hump..], null).Phones], "parts");
        string lower = word.ToLowerInvariant();
        for (int cut = lower.Length - 2; cut >= shortest; cut--)
            if (Find(lower[..cut]) is string[] head && Tail(lower[cut..]) is string[] tail)
                return ([.. head, .. tail], "parts");
        return null;
    }

    private string[]? Tail(string letters) => letters switch
    {
        "'s" => ["Z"],
        "ed" => ["D"],
        "es" => ["IH0", "Z"],
        "er" => ["ER0"],
        "ly" => ["L", "IY0"],
        _ => letters.Length > 2 ? Find(letters) : null,
    };

    private string[] Letters(string word) => [.. word.Where(char.IsAsciiLetter).SelectMany(Letter)];

    private string[] Letter(char letter) => Find($"{char.ToLowerInvariant(letter)}.")!;

    private string[]? Find(string word)
    {
        ReadOnlySpan<uint> starts = lexicon.Section<uint>(LexiconSection.EnglishStarts);
        ReadOnlySpan<byte> text = lexicon.Section<byte>(LexiconSection.EnglishText);
        Span<byte> wanted = stackalloc byte[Math.Min(word.Length, 64)];
        if (word.Length > wanted.Length || Encoding.ASCII.GetBytes(word, wanted) != word.Length)
            return null;
        int low = 0;
        int high = starts.Length - 2;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            int order = text[(int)starts[middle]..(int)starts[middle + 1]].SequenceCompareTo(wanted);
            if (order == 0)
                return PhonesOf(middle);
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return null;
    }

    private string[] PhonesOf(int index)
    {
        ReadOnlySpan<uint> starts = lexicon.Section<uint>(LexiconSection.EnglishPhoneStarts);
        ReadOnlySpan<byte> phones = lexicon.Section<byte>(LexiconSection.EnglishPhones);
        string[] found = new string[starts[index + 1] - starts[index]];
        for (int i = 0; i < found.Length; i++)
            found[i] = Arpabet.Symbols[phones[(int)starts[index] + i]];
        return found;
    }
}
