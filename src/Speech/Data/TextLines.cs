namespace Kouyin.Speech.Data;

/// <summary>Reads the text files of corpora as they really are.</summary>
internal static class TextLines
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>The lines that hold anything, without byte order marks and white space at their ends.</summary>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static IEnumerable<(int Number, string Text)> Of(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot read the corpus: {e.Message}", path, "check the path");
        }
        for (int i = 0; i < lines.Length; i++)
        {
            string text = lines[i].Trim().Trim(ByteOrderMark).Trim();
            if (text.Length > 0)
                yield return (i + 1, text);
        }
    }

    /// <summary>The words of a line, whatever white space is between them.</summary>
    public static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
