using System.Globalization;

namespace Kouyin.Speech.Text;

/// <summary>The language whose words numbers and symbols are spoken in.</summary>
public enum Language
{
    /// <summary>English for a sentence in English, else Mandarin.</summary>
    Auto,

    /// <summary>Mandarin always.</summary>
    Mandarin,

    /// <summary>English always.</summary>
    English,
}

/// <summary>Written text as it is spoken: numbers, units, dates and symbols in words.</summary>
internal static class Normalizer
{
    private static readonly Rule[] ChineseDigits =
    [
        ChineseQuantities.Rules[0], .. ChineseDates.Rules, .. ChineseCodes.Rules, .. ChineseQuantities.Rules[1..],
        .. ChineseCodes.Models, .. ChineseQuantities.Plain,
    ];

    private static readonly Rule[] ChineseLetters = [ChineseQuantities.CurrencyFirst, .. ChineseCodes.Letters];
    private static readonly Rule[] ChineseOthers = [ChineseQuantities.CurrencyFirst, .. ChineseSymbols.Rules];

    /// <summary>Spells a text out.</summary>
    public static SpokenText Normalize(string text, Language language)
    {
        string folded = Folding.Fold(text);
        SpokenText spoken = new();
        foreach ((int start, int end) in Sentences.Split(folded))
        {
            bool english = language == Language.English
                || language == Language.Auto && LanguageGuess.IsEnglish(folded.AsSpan(start, end - start));
            Normalize(folded, start, end, english, spoken);
        }
        return spoken;
    }

    private static void Normalize(string text, int start, int end, bool english, SpokenText spoken)
    {
        for (int i = start; i < end;)
        {
            char c = text[i];
            Rule[] rules = RulesFor(c, english);
            bool inWord = char.IsAsciiLetter(c) && i > 0 && char.IsAsciiLetter(text[i - 1]);
            if (rules.Length > 0 && !inWord && Apply(rules, text, i, spoken) is int length and > 0)
                i += length;
            else if (!english && SymbolNames.At(text, i, out int covered) is string name)
                AppendName(spoken, name, i, i += covered);
            else if (IsInvisible(c))
                i++;
            else
                spoken.Append(c, i, ++i);
        }
    }

    /// <summary>A symbol's name stands between commas, one where two would meet.</summary>
    private static void AppendName(SpokenText spoken, string name, int start, int end)
    {
        if (spoken.Length > 0 && spoken[spoken.Length - 1] != '，')
            spoken.Append('，', start, end);
        spoken.Append(name + "，", start, end);
    }

    /// <summary>Whether a character only directs how others are shown; it must not stand between them.</summary>
    private static bool IsInvisible(char c) => c != '\n' && char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.EnclosingMark;

    private static int Apply(Rule[] rules, string text, int at, SpokenText spoken)
    {
        foreach (Rule rule in rules)
            if (rule.Say(text, at, out int length) is string words)
            {
                spoken.Append(words, at, at + length);
                return length;
            }
        return 0;
    }

    private static Rule[] RulesFor(char c, bool english)
    {
        if (Characters.IsHan(c) || char.IsWhiteSpace(c))
            return [];
        if (char.IsAsciiDigit(c))
            return english ? EnglishRules.Digit : ChineseDigits;
        if (english)
            return EnglishRules.Other;
        return char.IsAsciiLetter(c) ? ChineseLetters : ChineseOthers;
    }
}
