using System.Globalization;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>Reads a list of recordings, a line each with bars between the cells.</summary>
/// <remarks>
/// <c>path|text</c>, <c>path|text|speaker</c>, <c>path|text|speaker|accent</c>, and the lab log's raw list,
/// <c>name|phones|durations in 10 ms|mel|f0|accent|speaker|language</c>, whose sounds lie somewhere below the list.
/// The text is pinyin or the log's phones where every word of the list is, else Chinese or English. Paths are absolute,
/// or relative to the list's folder. Speakers and accents may be numbers, as in the log, and are kept as they are.
/// </remarks>
public static class ListCorpus
{
    private const double RawUnitSeconds = 0.01;
    private const int RawCells = 8, SampledRows = 200;

    private static readonly string[] HeaderNames = ["path", "wav", "audio", "file"];

    /// <summary>Reads the list; it opens no sound file.</summary>
    /// <param name="path">The list.</param>
    /// <exception cref="UserException">It cannot be read, is empty, or has a line of another format.</exception>
    public static Corpus Read(string path)
    {
        List<(int Number, string[] Cells)> rows =
        [
            .. TextLines.Of(path).Select(line => (line.Number, line.Text.Split('|', StringSplitOptions.TrimEntries)))
                .Where(row => !HeaderNames.Contains(row.Item2[0], StringComparer.OrdinalIgnoreCase)),
        ];
        if (rows.Count == 0)
            throw new UserException("the list is empty", path, "write path|text|speaker|accent, a recording a line");
        TranscriptKind kind = KindOf(rows);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        bool raw = rows.Any(row => row.Cells.Length == RawCells);
        Dictionary<string, string> audio = raw ? SoundFiles.Below(folder) : [];
        Dictionary<string, int> files = rows.Select(row => row.Cells[0]).Distinct()
            .CountBy(file => Path.GetFileNameWithoutExtension(file)).ToDictionary();
        List<Recording> recordings = [];
        foreach ((int number, string[] cells) in rows)
        {
            string where = $"{path}, line {number}";
            recordings.Add(cells.Length == RawCells ? Raw(cells, audio, folder, where) : Plain(cells, where));
        }
        return new(path, "list", recordings, recordings.Select(recording => recording.Speaker).Distinct()
            .ToDictionary(name => name, CorpusSpeaker.Named));

        Recording Plain(string[] cells, string where)
        {
            if (cells.Length is < 2 or > 4 || cells.Any(cell => cell.Length == 0))
                throw new UserException(
                    $"the line has {cells.Length} cells, or an empty one", where, "write path|text|speaker|accent");
            Transcript transcript = kind == TranscriptKind.Text
                ? new(kind, [], cells[1])
                : new(kind, Array.ConvertAll(TextLines.Words(cells[1]), string.Intern), "");
            string stem = Path.GetFileNameWithoutExtension(cells[0]);
            return new(
                files[stem] == 1 ? stem : LongName(cells[0]), Path.Combine(folder, cells[0]),
                cells.Length > 2 ? cells[2] : Path.GetFileNameWithoutExtension(path),
                cells.Length > 3 ? cells[3] : CorpusSpeaker.Unknown, transcript);
        }
    }

    private static Recording Raw(string[] cells, Dictionary<string, string> audio, string folder, string where)
    {
        string[] phones = Array.ConvertAll(TextLines.Words(cells[1]), string.Intern);
        double[] seconds = new double[phones.Length];
        string[] units = TextLines.Words(cells[2]);
        if (units.Length != phones.Length)
            throw new UserException(
                $"there are {phones.Length} phones and {units.Length} durations", where,
                "give each phone its duration");
        for (int i = 0; i < units.Length; i++)
        {
            if (!int.TryParse(units[i], CultureInfo.InvariantCulture, out int unit) || unit < 0)
                throw new UserException($"«{units[i]}» is no duration", where, "write whole numbers of 10 ms");
            seconds[i] = unit * RawUnitSeconds;
        }
        string path = audio.GetValueOrDefault(cells[0]) ?? Path.Combine(folder, cells[0] + ".wav");
        Transcript transcript = new(TranscriptKind.Phones, phones, "") { WordSeconds = seconds };
        return new(cells[0], path, cells[6], cells[5], transcript);
    }

    private static TranscriptKind KindOf(List<(int Number, string[] Cells)> rows)
    {
        IEnumerable<string> words = rows.Take(SampledRows).Where(row => row.Cells.Length > 1)
            .SelectMany(row => TextLines.Words(row.Cells[1]));
        if (words.All(PhoneSet.Log198.Contains))
            return TranscriptKind.Phones;
        return words.All(word => Pinyin.TryParse(word, out _) || Spelling.IsMark(word))
            ? TranscriptKind.Pinyin
            : TranscriptKind.Text;
    }

    // Speakers may name their files alike: SPEAKER/0001.wav.
    private static string LongName(string path)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(path)) ?? "";
        return $"{folder}_{Path.GetFileNameWithoutExtension(path)}";
    }
}
