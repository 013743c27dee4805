using System.Text.RegularExpressions;

namespace Kouyin.Speech.Text;

/// <summary>Whether a sentence is English, so that its numbers are.</summary>
internal static partial class LanguageGuess
{
    private const int ShortestWord = 3;

    /// <summary>Says so where there is no Chinese character, but a word or a way of writing of English.</summary>
    public static bool IsEnglish(ReadOnlySpan<char> sentence)
    {
        bool latin = false, digit = false;
        foreach (char c in sentence)
        {
            if (Characters.IsHan(c) || char.IsSurrogate(c))
                return false;
            latin |= char.IsAsciiLetter(c);
            digit |= char.IsAsciiDigit(c);
        }
        return latin && HasWord(sentence) || digit && EnglishOnly().IsMatch(sentence);
    }

    private static bool HasWord(ReadOnlySpan<char> sentence)
    {
        for (int i = 0; i < sentence.Length; i++)
        {
            int start = i;
            while (i < sentence.Length && char.IsAsciiLetter(sentence[i]))
                i++;
            if (i - start >= ShortestWord && !Units.IsKnown(sentence[start..i].ToString()))
                return true;
        }
        return false;
    }

    /// <summary>1st, 1980s, 1 a.m., 13,000, 3 2/4, (123) 456-7890, C. S.</summary>
    [GeneratedRegex(
        @"\d(?:st|nd|rd|th)\b|\d0s\b|(?<![:\d]\d?\d):?\d\d? [AaPp]\.?[Mm]|^\s*\d [AaPp]\.[Mm]"
            + @"|^\s*-?\d{1,3}(?:,\d{3})+\.?\s*$|^\s*\d+ \d+/\d+\s*$|\(\d{3}\) ?\d{3}-\d{4}|\b[A-Z]\. ?[A-Z]\.",
        RegexOptions.CultureInvariant)]
    private static partial Regex EnglishOnly();
}
