using System.Text;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Data;

/// <summary>Writes a corpus in AISHELL-3's layout; <see cref="Aishell3Corpus"/> reads it. Any thread may add.</summary>
internal sealed class Aishell3Writer(string folder)
{
    /// <summary>A file that every corpus written here has.</summary>
    public const string SpeakerFile = "spk-info.txt";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, CorpusSpeaker> _speakers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _train = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _test = new(StringComparer.Ordinal);

    /// <summary>Adds one recording, cut to 0.10 s around the speech and brought to -22 dB of full scale.</summary>
    /// <param name="id">Unique in the corpus.</param>
    /// <param name="speaker">Who speaks.</param>
    /// <param name="split">Train or test.</param>
    /// <param name="words">Characters and their readings.</param>
    /// <param name="sound">The recording as it is.</param>
    /// <returns>Its length in seconds after cutting.</returns>
    public double Add(string id, CorpusSpeaker speaker, Split split, IEnumerable<SpokenWord> words, Sound sound)
    {
        Sound cut = sound.CutToSpeech().ToSpeechLevel();
        string wav = Path.Combine(folder, Name(split), "wav", speaker.Name);
        Directory.CreateDirectory(wav);
        WavFile.Write(Path.Combine(wav, $"{id}.wav"), cut);
        string label = string.Join(' ', words.Select(word => $"{word.Text} {word.Reading}"));
        lock (_gate)
        {
            _speakers[speaker.Name] = speaker;
            (split == Split.Train ? _train : _test).Add(id, $"{id}.wav\t{label}");
        }
        return cut.Seconds;
    }

    /// <summary>Writes the labels and the speakers.</summary>
    /// <remarks>The readings are as spoken, so both label files hold the same.</remarks>
    public void Finish()
    {
        foreach (Split split in (Split[])[Split.Train, Split.Test])
        {
            SortedDictionary<string, string> labels = split == Split.Train ? _train : _test;
            string part = Path.Combine(folder, Name(split));
            if (labels.Count == 0)
                continue;
            File.WriteAllLines(Path.Combine(part, Aishell3Corpus.DefaultLabels), labels.Values);
            File.WriteAllLines(Path.Combine(part, Aishell3Corpus.SurfaceLabels), labels.Values);
        }
        StringBuilder table = new("#speaker\tage group\tgender\taccent\n");
        foreach (CorpusSpeaker speaker in _speakers.Values)
            table.Append($"{speaker.Name}\t{speaker.AgeGroup}\t{speaker.Gender}\t{speaker.Accent}\n");
        File.WriteAllText(Path.Combine(folder, SpeakerFile), table.ToString());
    }

    private static string Name(Split split) => split == Split.Train ? "train" : "test";
}
