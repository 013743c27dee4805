using System.Globalization;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Text;

/// <summary>
/// One way of writing each thing: full-width forms and digits of any script as ASCII, traditional characters
/// simplified.
/// </summary>
/// <remarks>Every code unit keeps its place, so positions in the result are positions in the text.</remarks>
internal static class Folding
{
    private const char FirstFullWidth = '\uFF01';
    private const char LastFullWidth = '\uFF5E';
    private const string KeptFullWidth = "！，：；？（）";

    /// <summary>Latin letters from À on without their accents; those that are none stay.</summary>
    private const string WithoutAccent =
        "AAAAAAÆCEEEEIIIIÐNOOOOO×OUUUUYÞßaaaaaaæceeeeiiiiðnooooo÷ouuuuyþy"
        + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiĲĳJjKkĸLlLlLlLlLlNnNnNnŉŊŋOoOoOoŒœRrRrRr"
        + "SsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

    /// <summary>Folds a text.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, static (folded, text) =>
    {
        Lexicon lexicon = Lexicon.Default;
        bool traditional = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            folded[i] = Folded(c);
            traditional |= lexicon.Simplified(folded[i]) != folded[i];
        }
        if (traditional)
            Simplification.Apply(folded, lexicon);
    });

    private static char Folded(char c) => c switch
    {
        >= FirstFullWidth and <= LastFullWidth when !KeptFullWidth.Contains(c, StringComparison.Ordinal) =>
            (char)(c - FirstFullWidth + '!'),
        '\u3000' or '\u00A0' or '\t' => ' ',
        '〜' or '∼' => '~',
        '－' or '‐' or '‑' or '‒' or '﹣' => '-',
        '∶' => ':',
        '＇' => '\'',
        >= '\u00C0' and <= '\u017F' => WithoutAccent[c - '\u00C0'],
        _ when c > '9' && char.IsDigit(c) => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)),
        _ => c,
    };
}
