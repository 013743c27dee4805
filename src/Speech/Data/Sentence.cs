using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>A character, or a few, and how it is spoken.</summary>
/// <param name="Text">Such as <c>广</c>; a punctuation mark for a stop.</param>
/// <param name="Reading">Such as <c>guang3</c>; <c>, ; . !</c> or <c>?</c> for a stop.</param>
public readonly record struct SpokenWord(string Text, string Reading);

/// <summary>A sentence to be spoken, with its reading.</summary>
/// <param name="Words">In order, stops included.</param>
public sealed record Sentence(IReadOnlyList<SpokenWord> Words)
{
    private const string ListResource = "Kouyin.Speech.Data.sentences.tsv";

    /// <summary>The list of everyday sentences that comes with the program.</summary>
    public static IReadOnlyList<Sentence> BuiltIn()
    {
        // Embedded by Speech.csproj, so it is there.
        using Stream list = typeof(Sentence).Assembly.GetManifestResourceStream(ListResource)!;
        using StreamReader reader = new(list);
        return Parse(reader.ReadToEnd().Split('\n'), "the built-in sentences");
    }

    /// <summary>
    /// Reads a list: a sentence a line, # before comments; after a tab its reading, one word a character.
    /// </summary>
    /// <param name="path">The file; a line without a reading is read by the front end.</param>
    /// <exception cref="UserException">The file cannot be read, or a reading does not fit its text.</exception>
    public static IReadOnlyList<Sentence> Read(string path)
    {
        try
        {
            return Parse(File.ReadLines(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot read the list of sentences: {e.Message}", path, "check the path");
        }
    }

    /// <summary>The sentence with no r merged into a syllable: dian3 for dianr3.</summary>
    public Sentence WithoutErhua() => new([.. Words.Select(word =>
        Pinyin.TryParse(word.Reading, out Pinyin pinyin) && pinyin.Erhua
            ? word with { Reading = pinyin.WithoutErhua().ToString() }
            : word)]);

    private static List<Sentence> Parse(IEnumerable<string> lines, string where)
    {
        List<Sentence> sentences = [];
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string[] cells = line.TrimEnd('\r').Split('\t');
            if (cells[0].Trim().Length == 0 || cells[0].StartsWith('#'))
                continue;
            sentences.Add(new(
                cells.Length > 1 ? Pair(cells[0], cells[1], $"{where}, line {number}") : Spell(cells[0])));
        }
        return sentences;
    }

    private static List<SpokenWord> Pair(string text, string reading, string where)
    {
        string[] characters = [.. text.Where(c => !char.IsWhiteSpace(c)).Select(c => c.ToString())];
        string[] words = reading.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (characters.Length != words.Length)
            throw new UserException(
                $"the sentence has {characters.Length} characters, but its reading {words.Length} words", where,
                "give each character one pinyin syllable and each stop one of , ; . ! ?, or leave the reading out");
        return [.. characters.Zip(words, (character, word) => new SpokenWord(character, word))];
    }

    private static List<SpokenWord> Spell(string text)
    {
        List<SpokenWord> words = [];
        foreach (Token token in FrontEnd.Default.Read(text).SelectMany(utterance => utterance.Tokens))
        {
            if (token.Kind == TokenKind.Syllable)
                words.Add(new(token.Text, token.Surface.ToString()));
            else if (token.Kind == TokenKind.Pause && token.Pause != Pause.None)
                words.Add(new(token.Text, PhoneSet.InitialsFinals.PausePhone(token.Pause)));
        }
        return words;
    }
}
