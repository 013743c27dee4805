namespace Kouyin.Speech.Phones;

/// <summary>A user's own words, which win over the dictionary's.</summary>
/// <remarks>
/// One word a line: the characters, then one pinyin a character (<c>行家 hang2 jia5</c>), or an English word and its
/// ARPAbet phones (<c>Kouyin K OW1 Y IH2 N</c>). Empty lines and lines starting with # do not count.
/// </remarks>
public sealed class UserLexicon
{
    private readonly Dictionary<string, int> _indices = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<Pinyin[]> _readings = [];
    private readonly Dictionary<string, string[]> _english = new(StringComparer.OrdinalIgnoreCase);
    private int _longest;

    private UserLexicon() => _lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Reads a lexicon file.</summary>
    /// <exception cref="UserException">The file is missing or a line cannot be read; the message names it.</exception>
    public static UserLexicon Load(string path)
    {
        if (!File.Exists(path))
            throw new UserException("the lexicon file does not exist", path, "give the path of a text file");
        return Parse(File.ReadLines(path), path);
    }

    /// <summary>Reads lexicon lines.</summary>
    /// <param name="lines">As in a file.</param>
    /// <param name="source">What to call them in an error.</param>
    public static UserLexicon Parse(IEnumerable<string> lines, string source)
    {
        ArgumentNullException.ThrowIfNull(lines);
        UserLexicon lexicon = new();
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 0 && fields[0][0] != '#')
                lexicon.Add(fields[0], fields[1..], $"{source}, line {number}");
        }
        return lexicon;
    }

    /// <summary>The lengths and indices of the words that a text starts with.</summary>
    internal IEnumerable<(int Length, int Index)> WordsAt(ReadOnlySpan<char> text)
    {
        List<(int, int)> found = [];
        for (int length = 1; length <= Math.Min(_longest, text.Length); length++)
            if (_lookup.TryGetValue(text[..length], out int index))
                found.Add((length, index));
        return found;
    }

    /// <summary>The reading of a word by its index.</summary>
    internal Pinyin[] Reading(int index) => _readings[index];

    /// <summary>The phones of an English word, where the user gave them.</summary>
    internal string[]? English(string word) => _english.GetValueOrDefault(word);

    private void Add(string word, string[] sounds, string where)
    {
        if (char.IsAsciiLetter(word[0]))
        {
            if (sounds.Length == 0 || Array.Exists(sounds, sound => !Arpabet.Symbols.Contains(sound)))
                throw new UserException(
                    $"«{word}» has no ARPAbet phones", where, "write it like: Kouyin K OW1 Y IH2 N");
            _english[word] = sounds;
            return;
        }
        if (word.Length != sounds.Length || !Array.TrueForAll(sounds, sound => Pinyin.TryParse(sound, out _)))
            throw new UserException(
                $"«{word}» needs one pinyin for each character", where, "write it like: 行家 hang2 jia5");
        if (word.Length > Segmenter.LongestWord)
            throw new UserException(
                $"«{word}» is too long", where, $"give words of at most {Segmenter.LongestWord} characters");
        _indices[word] = _readings.Count;
        _readings.Add(Array.ConvertAll(sounds, Pinyin.Parse));
        _longest = Math.Max(_longest, word.Length);
    }
}
