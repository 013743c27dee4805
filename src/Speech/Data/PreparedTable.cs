using System.Globalization;

namespace Kouyin.Speech.Data;

/// <summary>The tables of prepared data: tab-separated, a line of column names, an utterance a line.</summary>
internal static class PreparedTable
{
    public const string UtteranceFile = "utterances.tsv", RefusalFile = "refused.tsv";

    /// <summary>The columns of <see cref="UtteranceFile"/>.</summary>
    public const string UtteranceColumns =
        "id\tsplit\tspeaker\taccent\tframes\tsamples\ttext\tphones\treading\tdurations\tsound\taudio";

    /// <summary>The columns of <see cref="RefusalFile"/>.</summary>
    public const string RefusalColumns = "id\tspeaker\treason\tdetail";

    private static readonly int UtteranceCells = UtteranceColumns.Split('\t').Length;

    /// <summary>The line of an utterance.</summary>
    public static string Line(PreparedUtterance utterance) => string.Join('\t',
        Cell(utterance.Id), utterance.Split.ToString().ToLowerInvariant(), Cell(utterance.Speaker),
        Cell(utterance.Accent), Number(utterance.Frames), Number(utterance.Samples), Cell(utterance.Text),
        string.Join(' ', utterance.Phones), Cell(string.Join(' ', utterance.Reading)),
        string.Join(' ', utterance.Durations.Select(Number)), utterance.SoundHash, Cell(utterance.AudioPath));

    /// <summary>The line of a refusal.</summary>
    public static string Line(Refusal refusal) =>
        string.Join('\t', Cell(refusal.Id), Cell(refusal.Speaker), refusal.Reason, Cell(refusal.Detail));

    /// <summary>Reads the utterances, one after another.</summary>
    /// <param name="folder">Prepared data.</param>
    /// <param name="sampleRate">Of the mels, in hertz.</param>
    public static IEnumerable<PreparedUtterance> Utterances(string folder, int sampleRate)
    {
        string path = Path.Combine(folder, UtteranceFile);
        int line = 1;
        long firstFrame = 0, firstSample = 0;
        foreach (string text in Lines(path))
        {
            line++;
            string[] cells = text.Split('\t');
            if (cells.Length != UtteranceCells || !Enum.TryParse(cells[1], ignoreCase: true, out Split split)
                || !int.TryParse(cells[4], CultureInfo.InvariantCulture, out int frames) || frames <= 0
                || !int.TryParse(cells[5], CultureInfo.InvariantCulture, out int samples) || samples <= 0
                || !TryNumbers(cells[9], out int[] durations))
                throw Damaged(path, $"line {line} cannot be read");
            yield return new()
            {
                Id = cells[0],
                Split = split,
                Speaker = string.Intern(cells[2]),
                Accent = string.Intern(cells[3]),
                Frames = frames,
                Samples = samples,
                Text = cells[6],
                Phones = Words(cells[7]),
                Reading = Words(cells[8]),
                Durations = durations,
                SoundHash = cells[10],
                AudioPath = cells[11],
                FirstFrame = firstFrame,
                FirstSample = firstSample,
                Seconds = (double)samples / sampleRate,
            };
            (firstFrame, firstSample) = (firstFrame + frames, firstSample + samples);
        }
    }

    /// <summary>Reads the refusals.</summary>
    /// <param name="folder">Prepared data.</param>
    public static IEnumerable<Refusal> Refusals(string folder)
    {
        string path = Path.Combine(folder, RefusalFile);
        foreach (string line in Lines(path))
        {
            string[] cells = line.Split('\t');
            yield return cells.Length == 4 && Enum.TryParse(cells[2], out RefusalReason reason)
                ? new(cells[0], cells[1], reason, cells[3])
                : throw Damaged(path, $"it has the line «{line}»");
        }
    }

    /// <summary>What to say of a folder whose parts do not fit together.</summary>
    public static UserException Damaged(string where, string what) =>
        new($"the prepared data is damaged: {what}", where, "run kouyin prepare again, with --overwrite");

    private static IEnumerable<string> Lines(string path) =>
        File.Exists(path) ? File.ReadLines(path).Skip(1) : throw Damaged(path, "the file is missing");

    // Utterances share their few hundred symbols.
    private static string[] Words(string cell) =>
        cell.Length == 0 ? [] : Array.ConvertAll(cell.Split(' '), string.Intern);

    private static bool TryNumbers(string cell, out int[] numbers)
    {
        string[] words = cell.Length == 0 ? [] : cell.Split(' ');
        numbers = new int[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        }
        return true;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    // A corpus may hold anything; a cell holds one line.
    private static string Cell(string text) =>
        text.AsSpan().ContainsAny('\t', '\n', '\r') ? string.Join(' ', text.Split('\t', '\n', '\r')) : text;
}
