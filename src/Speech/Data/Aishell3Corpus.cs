using System.Text;

namespace Kouyin.Speech.Data;

/// <summary>Reads AISHELL-3's layout, to which Kouyin's own corpora are written too.</summary>
/// <remarks>
/// <c>{train,test}/content.txt</c>, a line an utterance, <c>SSB00050001.wav TAB 广 guang3 州 zhou1 ...</c>;
/// <c>{train,test}/wav/SPEAKER/UTTERANCE.wav</c>, or .flac, .ogg, .mp3 in place of the .wav of the labels;
/// <c>train/label_train-set.txt</c>, <c>SSB00050001|guang3 zhou1 % ... $|广州%...$</c>, whose % and $ end phrases;
/// <c>spk-info.txt</c>: speaker, age group, gender, accent, # before comments. https://www.openslr.org/93/
/// </remarks>
public static class Aishell3Corpus
{
    /// <summary>The label file of AISHELL-3 itself.</summary>
    public const string DefaultLabels = "content.txt";

    /// <summary>Labels with tones as spoken, where a corpus has them apart.</summary>
    public const string SurfaceLabels = "content_surface.txt";

    private static readonly string[] PhraseLabels = ["label_train-set.txt", "prosody_label_train-set.txt"];

    /// <summary>Whether a folder has this layout.</summary>
    public static bool Fits(string root) =>
        ((string[])["train/wav", $"train/{DefaultLabels}", "test/wav", $"test/{DefaultLabels}"])
            .Any(part => Path.Exists(Path.Combine(root, part)));

    /// <summary>Reads the labels and finds the sound files; it opens none of them.</summary>
    /// <param name="root">The folder that holds train and test, or one of them.</param>
    /// <param name="labels">The label file in each, for corpora that have several.</param>
    /// <exception cref="UserException">The folder has no such labels.</exception>
    public static Corpus Read(string root, string labels = DefaultLabels)
    {
        Dictionary<string, CorpusSpeaker> described = ReadSpeakers(Path.Combine(root, Aishell3Writer.SpeakerFile));
        List<Recording> recordings = [];
        foreach (Split split in (Split[])[Split.Train, Split.Test])
        {
            string folder = Path.Combine(root, split == Split.Train ? "train" : "test");
            if (Directory.Exists(folder))
                recordings.AddRange(ReadSplit(folder, labels, split, described));
        }
        if (recordings.Count == 0)
            throw new UserException(
                "this is not a corpus in AISHELL-3's layout: it has no utterance in train or test", root,
                $"give the folder that holds train/{labels} and train/wav");
        return new(root, "aishell3", recordings, recordings.Select(recording => recording.Speaker).Distinct()
            .ToDictionary(name => name, name => Describe(name, described)));
    }

    private static IEnumerable<Recording> ReadSplit(
        string folder, string labels, Split split, Dictionary<string, CorpusSpeaker> described)
    {
        string file = Path.Combine(folder, labels);
        if (!File.Exists(file))
            throw new UserException(
                "there is no such label file", file, $"choose one with --labels; {folder} has: " + string.Join(
                    ", ", Directory.GetFiles(folder, "*.txt").Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        Dictionary<string, string> audio = SoundFiles.Below(Path.Combine(folder, "wav"));
        Dictionary<string, string[]> phrases = ReadPhrases(folder);
        foreach ((_, string line) in TextLines.Of(file))
        {
            string[] words = TextLines.Words(line);
            if (words.Length < 2)
                continue;
            string id = Path.GetFileNameWithoutExtension(words[0]);
            // A file that is missing is found out, and counted, where it is opened.
            string path = audio.GetValueOrDefault(id) ?? Path.Combine(folder, "wav", SpeakerOf(id), words[0]);
            string speaker = Path.GetFileName(Path.GetDirectoryName(path)!);
            Transcript transcript = TranscriptOf(words, phrases.GetValueOrDefault(id) ?? []);
            yield return new(id, path, speaker, Describe(speaker, described).Accent, transcript, split);
        }
    }

    /// <summary>
    /// Characters and pinyin by turns after the name; an odd word at the end is kept, and no phone set knows it.
    /// </summary>
    private static Transcript TranscriptOf(string[] words, string[] phrases)
    {
        List<string> reading = [];
        StringBuilder text = new();
        for (int i = 1; i < words.Length; i += 2)
        {
            text.Append(words[i]);
            reading.Add(string.Intern(words[Math.Min(i + 1, words.Length - 1)]));
        }
        // Both files say the same syllables; the one with phrases is taken where it really does.
        IEnumerable<string> syllables = phrases.Where(word => word is not (Transcript.Phrase or Transcript.Sentence));
        return new(TranscriptKind.Pinyin, syllables.SequenceEqual(reading) ? phrases : reading, text.ToString());
    }

    private static Dictionary<string, string[]> ReadPhrases(string folder)
    {
        Dictionary<string, string[]> phrases = [];
        string? file = PhraseLabels.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        foreach ((_, string line) in file is null ? [] : TextLines.Of(file))
        {
            string[] cells = line.Split('|');
            if (cells.Length >= 2) // the lines at the head have no bar
                phrases[cells[0].Trim()] = Array.ConvertAll(TextLines.Words(cells[1]), string.Intern);
        }
        return phrases;
    }

    private static Dictionary<string, CorpusSpeaker> ReadSpeakers(string file)
    {
        Dictionary<string, CorpusSpeaker> speakers = [];
        foreach ((_, string line) in File.Exists(file) ? TextLines.Of(file) : [])
        {
            // One row of the published file has a space where others have tabs.
            string[] words = TextLines.Words(line);
            if (words.Length >= 4 && !words[0].StartsWith('#'))
                speakers[words[0]] = new(words[0], words[1], words[2], words[3]);
        }
        return speakers;
    }

    private static CorpusSpeaker Describe(string name, Dictionary<string, CorpusSpeaker> described) =>
        described.GetValueOrDefault(name) ?? CorpusSpeaker.Named(name);

    private static string SpeakerOf(string id) => id.Length > 4 ? id[..^4] : id;
}
