namespace Kouyin.Speech.Data;

/// <summary>Reads LJSpeech: one English speaker.</summary>
/// <remarks>
/// <c>metadata.csv</c>, no header, <c>LJ001-0001|as printed|as read</c>, without quoting; <c>wavs/LJ001-0001.wav</c>.
/// https://keithito.com/LJ-Speech-Dataset/
/// </remarks>
public static class LjSpeechCorpus
{
    private const string Table = "metadata.csv", SoundFolder = "wavs";
    private static readonly CorpusSpeaker Speaker = new("LJ", CorpusSpeaker.Unknown, "female", "american");

    /// <summary>Whether a folder has this layout.</summary>
    public static bool Fits(string root) =>
        File.Exists(Path.Combine(root, Table)) && Directory.Exists(Path.Combine(root, SoundFolder));

    /// <summary>Reads the table; it opens no sound file.</summary>
    /// <param name="root">The folder that holds metadata.csv and wavs.</param>
    /// <exception cref="UserException">The table cannot be read, or has a line of another format.</exception>
    public static Corpus Read(string root)
    {
        string table = Path.Combine(root, Table);
        Dictionary<string, string> audio = SoundFiles.Below(Path.Combine(root, SoundFolder));
        List<Recording> recordings = [];
        foreach ((int number, string line) in TextLines.Of(table))
        {
            string[] cells = line.Split('|');
            if (cells.Length is not (2 or 3))
                throw new UserException(
                    "the line is none of LJSpeech's", $"{table}, line {number}", "write ID|text|text as read");
            string id = cells[0].Trim();
            string path = audio.GetValueOrDefault(id) ?? Path.Combine(root, SoundFolder, id + ".wav");
            string text = cells[^1].Trim().Length > 0 ? cells[^1].Trim() : cells[1].Trim();
            recordings.Add(new(id, path, Speaker.Name, Speaker.Accent, new(TranscriptKind.Text, [], text)));
        }
        return new(root, "ljspeech", recordings, new Dictionary<string, CorpusSpeaker> { [Speaker.Name] = Speaker });
    }
}
