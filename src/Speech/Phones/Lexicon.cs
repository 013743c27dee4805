using System.IO.MemoryMappedFiles;

namespace Kouyin.Speech.Phones;

/// <summary>The compiled dictionary: Chinese words with costs and readings, characters, English words.</summary>
/// <remarks>It is mapped, not read: only the pages that a text needs come into memory. The mapping lives on.</remarks>
internal sealed unsafe class Lexicon
{
    private static readonly Lazy<Lexicon> Shared =
        new(() => Open(Path.Combine(AppContext.BaseDirectory, LexiconFormat.FileName)));

    private readonly byte* _start;
    private readonly uint* _links;
    private readonly ushort* _chars;
    private readonly ushort* _charReadings;
    private readonly ushort* _simplified;

    private Lexicon(byte* start)
    {
        _start = start;
        _links = (uint*)At(LexiconSection.NodeLinks);
        _chars = (ushort*)At(LexiconSection.NodeChars);
        _charReadings = (ushort*)At(LexiconSection.CharReadings);
        _simplified = (ushort*)At(LexiconSection.Simplified);
    }

    /// <summary>The dictionary beside the program.</summary>
    public static Lexicon Default => Shared.Value;

    /// <summary>Maps a dictionary.</summary>
    /// <exception cref="UserException">It is missing, or of another version.</exception>
    public static Lexicon Open(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
            throw new UserException(
                "the pronunciation dictionary is missing", path, "build again, or copy lexicon.bin beside the program");
        if (file.Length < LexiconFormat.TableEnd)
            throw Outdated(path);
        MemoryMappedFile map =
            MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        if (*(ulong*)start != LexiconFormat.Magic || *(uint*)(start + 8) != Syllables.Count)
            throw Outdated(path);
        return new(start);
    }

    /// <summary>One section as an array.</summary>
    public ReadOnlySpan<T> Section<T>(LexiconSection section) where T : unmanaged =>
        new(At(section), (int)(Entry(section)[1] / sizeof(T)));

    /// <summary>One section as text.</summary>
    public string TextOf(LexiconSection section) => new(Section<char>(section));

    /// <summary>The node that a character leads to from another (0 is the root), or -1.</summary>
    public int Child(int node, char c)
    {
        int low = (int)(_links[node] & LexiconFormat.ChildMask);
        int high = (int)(_links[node + 1] & LexiconFormat.ChildMask) - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            if (_chars[middle] == c)
                return middle;
            if (_chars[middle] < c)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }

    /// <summary>-ln of the probability of the word that ends at a node, or 0 where none does.</summary>
    public float Cost(int node) => (_links[node] >> LexiconFormat.CostShift) * LexiconFormat.CostStep;

    /// <summary>The reading of the word that ends at a node; empty where it is read character by character.</summary>
    public ReadOnlySpan<ushort> Reading(int node, int length)
    {
        int at = Section<uint>(LexiconSection.ReadNodes).BinarySearch((uint)node);
        return at < 0
            ? default
            : new((ushort*)At(LexiconSection.Readings) + ((uint*)At(LexiconSection.ReadStarts))[at], length);
    }

    /// <summary>A character's most common reading, or none.</summary>
    public Pinyin CharReading(int codePoint)
    {
        if (codePoint <= char.MaxValue)
            return Pinyin.FromCode(_charReadings[codePoint]);
        int at = Section<uint>(LexiconSection.AstralChars).BinarySearch((uint)codePoint);
        return at < 0 ? default : Pinyin.FromCode(Section<ushort>(LexiconSection.AstralReadings)[at]);
    }

    /// <summary>A character's simplified form, itself where it has none.</summary>
    public char Simplified(char c) => _simplified[c] == 0 ? c : (char)_simplified[c];

    private static UserException Outdated(string path) => new(
        "the pronunciation dictionary is of another version", path, "build again, or compile it with tools/FrontEnd");

    private uint* Entry(LexiconSection section) => (uint*)(_start + LexiconFormat.HeaderBytes) + 2 * (int)section;

    private byte* At(LexiconSection section) => _start + Entry(section)[0];
}
