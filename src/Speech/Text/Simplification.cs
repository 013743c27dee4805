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
                text[i] = text[i] == '著' && !IsAuthorship(text, i) ? '着' : lexicon.Simplified(text[i]);
                i++;
            }
    }

    /// <summary>Traditional text writes 着 as 著 too; beside these it is to write or to be known.</summary>
    private static bool IsAuthorship(ReadOnlySpan<char> text, int i) =>
        i + 1 < text.Length && "名作称稱述有者书書录錄".Contains(text[i + 1], StringComparison.Ordinal)
        || i > 0 && "名显顯土编編原专專巨论論昭卓合所遗遺".Contains(text[i - 1], StringComparison.Ordinal);

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
