using System.Text;

namespace Kouyin.Speech.Text;

/// <summary>What a character is, as far as reading aloud goes.</summary>
internal static class Characters
{
    /// <summary>Whether a code point is a Chinese character, 〇 among them.</summary>
    public static bool IsHan(int c) =>
        c is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or 0x3007
            or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF;

    /// <summary>Whether a code unit is a Latin letter without accent.</summary>
    public static bool IsLatin(char c) => char.IsAsciiLetter(c);

    /// <summary>The code point at a position; a lone surrogate is U+FFFD.</summary>
    public static Rune At(string text, int index, out int length)
    {
        Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out length);
        return rune;
    }
}
