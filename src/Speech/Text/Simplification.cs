using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Text;

/// <summary>Traditional characters as simplified ones: phrases first, then character by character.</summary>
internal static class Simplification
{
    private static readonly Lazy<Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>>> Phrases =
        new(ReadPhrases);
    private static readonly Lazy<int> Longest = new(() => Phrases.Value.Dictionary.Keys.Max(phrase => phrase.Length));

    /// <summary>Rewrites a text in place.</summary>
    public static void Apply(Span<char> text, Lexicon lexicon)
    {
        for (int i = 0; i < text.Length;)
            if (PhraseAt(text[i..]) is string phrase)
            {
                phrase.CopyTo(text[i..]);
                i += phrase.Length;
            }
            else
            {
                text[i] = lexicon.Simplified(text[i]);
                i++;
            }
    }

    private static string? PhraseAt(ReadOnlySpan<char> text)
    {
        if (!Characters.IsHan(text[0]))
            return null;
        for (int length = Math.Min(Longest.Value, text.Length); length > 1; length--)
            if (Phrases.Value.TryGetValue(text[..length], out string? simplified))
                return simplified;
        return null;
    }

    private static Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> ReadPhrases() => Lexicon.Default
        .TextOf(LexiconSection.SimplifiedPhrases)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t'))
        .ToDictionary(fields => fields[0], fields => fields[1])
        .GetAlternateLookup<ReadOnlySpan<char>>();
}
