using System.Globalization;

namespace Kouyin.Speech.Data;

/// <summary>Reads MagicHub's Singapore Mandarin conversations: long recordings with timed transcripts.</summary>
/// <remarks>
/// <c>WAV/A0001_S001_0_G0001.wav</c>, one side of a conversation each; <c>TXT/A0001_S001_0_G0001.txt</c>, a line an
/// utterance: <c>[12.340,14.120] TAB G0001 TAB female TAB text</c>, times in seconds. Utterances are named as the lab
/// log names them, <c>A0001_S001_0_G0001_segment_0001</c>. Lines of nobody (speaker 0, a cough or a laugh) and marks
/// such as <c>[LAUGHTER]</c> are refused when they are spelt.
/// </remarks>
public static class MagicHubCorpus
{
    private const string Accent = "singapore", SoundFolder = "WAV", TextFolder = "TXT";

    /// <summary>Whether a folder has this layout.</summary>
    public static bool Fits(string root) =>
        Directory.Exists(Path.Combine(root, SoundFolder)) && Directory.Exists(Path.Combine(root, TextFolder));

    /// <summary>Reads the transcripts; it opens no sound file.</summary>
    /// <param name="root">The folder that holds WAV and TXT.</param>
    /// <exception cref="UserException">The folder has no transcript, or one of another format.</exception>
    public static Corpus Read(string root)
    {
        Dictionary<string, string> audio = SoundFiles.Below(Path.Combine(root, SoundFolder));
        List<Recording> recordings = [];
        SortedDictionary<string, CorpusSpeaker> speakers = new(StringComparer.Ordinal);
        string folder = Path.Combine(root, TextFolder);
        foreach (string file in Directory.GetFiles(folder, "*.txt", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            string path = audio.GetValueOrDefault(name) ?? Path.Combine(root, SoundFolder, name + ".wav");
            int segment = 0;
            foreach ((int number, string line) in TextLines.Of(file))
            {
                string[] cells = line.Split('\t', 4);
                SoundSpan span = SpanOf(cells, $"{file}, line {number}");
                segment++;
                string speaker = cells[1].Trim();
                speakers.TryAdd(speaker, new(speaker, CorpusSpeaker.Unknown, GenderOf(cells[2]), Accent));
                string id = string.Create(CultureInfo.InvariantCulture, $"{name}_segment_{segment:0000}");
                Transcript transcript = new(TranscriptKind.Text, [], cells[3].Trim());
                recordings.Add(new(id, path, speaker, Accent, transcript, null, span));
            }
        }
        return recordings.Count > 0
            ? new(root, "magichub", recordings, speakers)
            : throw new UserException("the corpus has no transcript", folder, "give the folder that holds WAV and TXT");
    }

    private static SoundSpan SpanOf(string[] cells, string where)
    {
        string[] times = cells[0].Trim().Trim('[', ']').Split(',');
        return cells.Length == 4 && times.Length == 2 && TryTime(times[0], out double start)
            && TryTime(times[1], out double end) && start < end
            ? new(start, end)
            : throw new UserException(
                "the line is no timed transcript", where,
                "write [start,end] in seconds, the speaker, the gender and the text, a tab between them");
    }

    private static bool TryTime(string text, out double seconds) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds) && seconds >= 0;

    // «female», «female,Singapore» or 女.
    private static string GenderOf(string cell) => cell.Split(',')[0].Trim() switch
    {
        "女" or "F" => "female",
        "男" or "M" => "male",
        "" or "none" or "None" => CorpusSpeaker.Unknown,
        string gender => gender.ToLowerInvariant(),
    };
}
