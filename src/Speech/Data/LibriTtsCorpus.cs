namespace Kouyin.Speech.Data;

/// <summary>Reads LibriTTS: many English speakers, 24 kHz.</summary>
/// <remarks>
/// <c>SUBSET/SPEAKER/CHAPTER/SPEAKER_CHAPTER_x_y.wav</c> with <c>.normalized.txt</c> beside it; <c>speakers.tsv</c>
/// (reader, gender, subset, name) or <c>SPEAKERS.txt</c> (with bars and ; before comments). Subsets whose names begin
/// with train are for training, dev and test are held out. https://www.openslr.org/60/
/// </remarks>
public static class LibriTtsCorpus
{
    private const string TextEnding = ".normalized.txt";

    /// <summary>Whether a folder has this layout.</summary>
    public static bool Fits(string root) => Texts(root).Any();

    /// <summary>Reads the texts; it opens no sound file.</summary>
    /// <param name="root">The folder that holds the subsets, or one subset.</param>
    /// <exception cref="UserException">There is no text.</exception>
    public static Corpus Read(string root)
    {
        Dictionary<string, string> genders = ReadGenders(root);
        SortedDictionary<string, CorpusSpeaker> speakers = new(StringComparer.Ordinal);
        List<Recording> recordings = [];
        foreach (string file in Texts(root).Order(StringComparer.Ordinal))
        {
            string stem = file[..^TextEnding.Length];
            string speaker = Path.GetFileName(stem).Split('_')[0];
            speakers.TryAdd(speaker, CorpusSpeaker.Named(speaker) with
            {
                Gender = genders.GetValueOrDefault(speaker, CorpusSpeaker.Unknown),
            });
            string text = string.Join(' ', TextLines.Of(file).Select(line => line.Text));
            Transcript transcript = new(TranscriptKind.Text, [], text);
            recordings.Add(new(
                Path.GetFileName(stem), stem + ".wav", speaker, CorpusSpeaker.Unknown, transcript, SplitOf(file)));
        }
        return recordings.Count > 0
            ? new(root, "libritts", recordings, speakers)
            : throw new UserException(
                $"the corpus has no {TextEnding}", root, "give the folder of LibriTTS, or one of its subsets");
    }

    private static IEnumerable<string> Texts(string root) =>
        Directory.EnumerateFiles(root, "*" + TextEnding, SearchOption.AllDirectories)
            .Where(file => !Path.GetFileName(file).StartsWith("._", StringComparison.Ordinal));

    // SUBSET/SPEAKER/CHAPTER/file
    private static Split? SplitOf(string file)
    {
        string[] folders = Path.GetFullPath(file).Split(Path.DirectorySeparatorChar);
        string subset = folders.Length >= 4 ? folders[^4] : "";
        if (subset.StartsWith("train", StringComparison.Ordinal))
            return Split.Train;
        return subset.StartsWith("dev", StringComparison.Ordinal) || subset.StartsWith("test", StringComparison.Ordinal)
            ? Split.Test
            : null;
    }

    private static Dictionary<string, string> ReadGenders(string root)
    {
        Dictionary<string, string> genders = [];
        foreach (string folder in (string[])[root, Path.GetDirectoryName(Path.GetFullPath(root)) ?? root])
        {
            foreach (string name in (string[])["speakers.tsv", "SPEAKERS.txt"])
            {
                string file = Path.Combine(folder, name);
                foreach ((_, string line) in File.Exists(file) ? TextLines.Of(file) : [])
                {
                    string[] cells = line.Split('\t', '|');
                    if (cells.Length >= 2 && cells[1].Trim() is "F" or "M")
                        genders[cells[0].Trim()] = cells[1].Trim() == "F" ? "female" : "male";
                }
            }
        }
        return genders;
    }
}
