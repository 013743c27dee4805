namespace Kouyin.Speech.Phones;

/// <summary>The sections of the compiled lexicon, in file order. All numbers are little-endian.</summary>
/// <remarks>
/// The file is the magic number, the count of syllables it was compiled with, one (offset, bytes) pair of uints for
/// each section, then the sections, each at a multiple of 8 bytes.
/// </remarks>
internal enum LexiconSection
{
    /// <summary>ushort a node: the character that leads to it. Nodes stand breadth first; 0 is the root.</summary>
    NodeChars,

    /// <summary>uint a node and one more: the first child in 24 bits, above it the cost, 0 for no word.</summary>
    NodeLinks,

    /// <summary>uint: the nodes of words that are not read character by character, ascending.</summary>
    ReadNodes,

    /// <summary>uint each of those: where its reading starts in <see cref="Readings"/>.</summary>
    ReadStarts,

    /// <summary>ushort: pinyin codes.</summary>
    Readings,

    /// <summary>ushort each UTF-16 code unit: its most common reading, or 0.</summary>
    CharReadings,

    /// <summary>uint: the characters beyond U+FFFF that have a reading, ascending.</summary>
    AstralChars,

    /// <summary>ushort each of those: its reading.</summary>
    AstralReadings,

    /// <summary>ushort each UTF-16 code unit: its simplified form, or 0 where it is itself.</summary>
    Simplified,

    /// <summary>UTF-16 text: a line a phrase, traditional, tab, simplified.</summary>
    SimplifiedPhrases,

    /// <summary>UTF-16 text: a line a symbol, symbol, tab, its Chinese name.</summary>
    SymbolNames,

    /// <summary>uint each English word and one more: where it starts in <see cref="EnglishText"/>.</summary>
    EnglishStarts,

    /// <summary>ASCII, lower case, ascending by bytes.</summary>
    EnglishText,

    /// <summary>uint each English word and one more: where its phones start in <see cref="EnglishPhones"/>.</summary>
    EnglishPhoneStarts,

    /// <summary>byte a phone: its index in <see cref="Arpabet.Symbols"/>.</summary>
    EnglishPhones,
}

/// <summary>What reader and writer of the compiled lexicon must agree on.</summary>
internal static class LexiconFormat
{
    /// <summary>"KYLX" and the format's version.</summary>
    public const ulong Magic = 0x0001_584C_594B;

    /// <summary>Bytes before the section table: the magic number, the counts of syllables and of sections.</summary>
    public const int HeaderBytes = 16;

    /// <summary>The low bits of a node's link: its first child.</summary>
    public const uint ChildMask = 0xFFFFFF;

    /// <summary>Where the cost starts in a node's link.</summary>
    public const int CostShift = 24;

    /// <summary>Nats a step of a word's cost.</summary>
    public const float CostStep = 0.08f;

    /// <summary>The file's name, beside the program.</summary>
    public const string FileName = "lexicon.bin";

    /// <summary>Where the section table ends.</summary>
    public static int TableEnd { get; } = HeaderBytes + 8 * Enum.GetValues<LexiconSection>().Length;
}
