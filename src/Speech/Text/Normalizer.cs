namespace Kouyin.Speech.Text;

/// <summary>Written text as it is spoken: numbers, units, dates and symbols in words.</summary>
internal static class Normalizer
{
    /// <summary>Spells a text out.</summary>
    public static SpokenText Normalize(string text)
    {
        SpokenText spoken = new();
        for (int i = 0; i < text.Length; i++)
            spoken.Append(text[i], i, i + 1);
        return spoken;
    }
}
