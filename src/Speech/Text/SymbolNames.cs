using System.Globalization;
using System.Text;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Text;

/// <summary>The Chinese names of emoji and of symbols that no rule knows.</summary>
internal static class SymbolNames
{
    /// <summary>Longer sequences than this are cut, so that looking stays linear.</summary>
    private const int LongestSequence = 32;

    private static readonly Lazy<Dictionary<string, string>> Names = new(() => Lexicon.Default
        .TextOf(LexiconSection.SymbolNames)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t'))
        .ToDictionary(fields => fields[0], fields => fields[1]));

    /// <summary>The name of the symbol at a position and how much of the text it covers, or null.</summary>
    public static string? At(string text, int at, out int length)
    {
        length = 0;
        Rune first = Characters.At(text, at, out int units);
        if (first.Value < 0xA0 || !IsSymbol(Rune.GetUnicodeCategory(first)))
            return null;
        ReadOnlySpan<char> rest = text.AsSpan(at, Math.Min(LongestSequence, text.Length - at));
        length = StringInfo.GetNextTextElementLength(rest);
        if (Named(rest[..length].ToString()) is string whole)
            return whole;
        length = units;
        return Named(rest[..units].ToString());
    }

    /// <summary>A sequence's name, whatever its skin colours and its presentation.</summary>
    private static string? Named(string sequence)
    {
        StringBuilder plain = new();
        foreach (Rune rune in sequence.EnumerateRunes())
            if (rune.Value is not (0xFE0F or 0xFE0E or >= 0x1F3FB and <= 0x1F3FF))
                plain.Append(rune);
        return Names.Value.GetValueOrDefault(plain.ToString());
    }

    private static bool IsSymbol(UnicodeCategory category) =>
        category is UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol or UnicodeCategory.ModifierSymbol;
}
