namespace Kouyin.Speech.Phones;

/// <summary>What an accent does with 儿 at the end of a word.</summary>
public enum ErhuaPolicy
{
    /// <summary>Merges it into the syllable before: dianr3.</summary>
    Merge,

    /// <summary>Gives it a syllable of its own: dian3 er2.</summary>
    Separate,

    /// <summary>Leaves it out: dian3.</summary>
    Drop,
}

/// <summary>What an accent does with the neutral tone inside words.</summary>
public enum NeutralTonePolicy
{
    /// <summary>Speaks it: peng2 you5.</summary>
    Keep,

    /// <summary>Gives the character its own tone, particles and suffixes excepted: peng2 you3.</summary>
    Full,
}

/// <summary>The reading habits of an accent.</summary>
/// <param name="Erhua">What it does with 儿.</param>
/// <param name="NeutralTone">What it does with the neutral tone.</param>
public sealed record AccentPolicy(ErhuaPolicy Erhua, NeutralTonePolicy NeutralTone)
{
    /// <summary>Standard Mandarin.</summary>
    public static AccentPolicy Standard { get; } = new(ErhuaPolicy.Merge, NeutralTonePolicy.Keep);

    /// <summary>Singapore, Taiwan and most of the south: no erhua, few neutral tones.</summary>
    public static AccentPolicy Southern { get; } = new(ErhuaPolicy.Drop, NeutralTonePolicy.Full);

    /// <summary>The policies of accents known by name; any other accent follows the caller's own policy.</summary>
    public static IReadOnlyDictionary<string, AccentPolicy> ByAccent { get; } =
        new Dictionary<string, AccentPolicy>(StringComparer.OrdinalIgnoreCase)
        {
            ["standard"] = Standard,
            ["north"] = Standard,
            ["south"] = Southern,
            ["singapore"] = Southern,
            ["taiwan"] = Southern,
        };
}
