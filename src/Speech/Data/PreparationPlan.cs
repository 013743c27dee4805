using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kouyin.Speech.Data;

/// <summary>What a preparation will do, before it opens a sound file: every utterance with its part.</summary>
internal sealed class PreparationPlan
{
    private PreparationPlan(
        PreparationOptions options, IReadOnlyList<Planned> items, IReadOnlyDictionary<string, CorpusSpeaker> speakers)
    {
        (Options, Items, Speakers) = (options, items, speakers);
        Hash = HashOf(options, items);
    }

    public PreparationOptions Options { get; }

    /// <summary>Every utterance of every corpus, in their order.</summary>
    public IReadOnlyList<Planned> Items { get; }

    /// <summary>Every speaker of the corpora.</summary>
    public IReadOnlyDictionary<string, CorpusSpeaker> Speakers { get; }

    /// <summary>16 hexadecimal digits that change with anything that decides the result.</summary>
    public string Hash { get; }

    /// <summary>Reads the corpora and decides for every utterance.</summary>
    public static PreparationPlan Of(PreparationOptions options)
    {
        PreparationRules rules = options.Rules;
        List<Corpus> corpora = [.. options.Corpora.Select(source => CorpusReader.Read(source, rules.Labels))];
        Dictionary<string, CorpusSpeaker> speakers = Merge(corpora);
        DemandSpeakers(rules.ExcludedSpeakers, speakers, "--exclude-speaker");
        DemandSpeakers(rules.UnseenSpeakers, speakers, "--unseen-speaker");
        Recording[] recordings = [.. corpora.SelectMany(corpus => corpus.Recordings).Select(Renamed)];
        DemandAccents(rules.Accents, [.. corpora.SelectMany(corpus => corpus.Recordings).Select(r => r.Accent)]);

        SplitPlan splits = new([.. recordings.Where(recording => LeftOut(recording, rules) is null)], rules);
        return new(options, [.. recordings.Select(Decide)], speakers);

        Recording Renamed(Recording recording) =>
            rules.Accents.TryGetValue(recording.Accent, out string? accent)
                ? recording with { Accent = accent }
                : recording;

        Planned Decide(Recording recording)
        {
            if (LeftOut(recording, rules) is { } refusal)
                return new(recording with { Split = Split.Train }, refusal);
            return new(recording with { Split = splits.Of(recording) }, splits.LeftOut(recording));
        }
    }

    private static Refusal? LeftOut(Recording recording, PreparationRules rules)
    {
        if (rules.ExcludedSpeakers.Contains(recording.Speaker))
            return new(recording.Id, recording.Speaker, RefusalReason.ExcludedSpeaker, recording.AudioPath);
        return recording.Accent == PreparationRules.DropAccent
            ? new(recording.Id, recording.Speaker, RefusalReason.ExcludedAccent, recording.AudioPath)
            : null;
    }

    private static Dictionary<string, CorpusSpeaker> Merge(List<Corpus> corpora)
    {
        Dictionary<string, CorpusSpeaker> merged = [];
        foreach (CorpusSpeaker speaker in corpora.SelectMany(corpus => corpus.Speakers.Values))
        {
            // One speaker may speak in several accents, but is one person; a corpus may know less of it than another.
            CorpusSpeaker? known = merged.GetValueOrDefault(speaker.Name);
            if (known is null || known.Gender == CorpusSpeaker.Unknown)
                merged[speaker.Name] = speaker;
            else if (speaker.Gender != CorpusSpeaker.Unknown && speaker.Gender != known.Gender)
                throw new UserException(
                    $"two corpora describe the speaker {speaker.Name} differently: {known}, {speaker}",
                    "spk-info.txt", "make the descriptions agree, or rename one speaker");
        }
        return merged;
    }

    private static void DemandSpeakers(
        IReadOnlyList<string> wanted, Dictionary<string, CorpusSpeaker> speakers, string option)
    {
        if (wanted.FirstOrDefault(name => !speakers.ContainsKey(name)) is { } missing)
            throw new UserException(
                $"there is no speaker {missing} in the corpora", option,
                $"choose among: {string.Join(", ", speakers.Keys.Order(StringComparer.Ordinal))}");
    }

    private static void DemandAccents(IReadOnlyDictionary<string, string> map, HashSet<string> accents)
    {
        if (map.Keys.FirstOrDefault(accent => !accents.Contains(accent)) is { } missing)
            throw new UserException(
                $"no speaker of the corpora has the accent {missing}", "--accent",
                $"choose among: {string.Join(", ", accents.Order(StringComparer.Ordinal))}");
    }

    private static string HashOf(PreparationOptions options, IReadOnlyList<Planned> items)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add($"{PreparedInfo.CurrentFormat} {options.Mel.Hash} {options.Phones.Name} {options.Phones.Hash}");
        Add(JsonSerializer.Serialize(options.Rules));
        foreach (Planned item in items)
        {
            Recording recording = item.Recording;
            Add($"{recording.Id}\t{recording.AudioPath}\t{SizeOf(recording.AudioPath)}\t{recording.Span}");
            Add($"{recording.Speaker}\t{recording.Accent}\t{recording.Split}\t{item.Refusal?.Reason}");
            Add($"{string.Join(' ', recording.Transcript.Words)}\t{recording.Transcript.Text}");
            Add(string.Join(' ', recording.Transcript.WordSeconds));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));

        void Add(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
    }

    private static long SizeOf(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? file.Length : -1;
    }

    /// <summary>An utterance to prepare, or to leave out.</summary>
    /// <param name="Recording">With its split decided.</param>
    /// <param name="Refusal">Why it is left out unheard; null where it is not.</param>
    internal readonly record struct Planned(Recording Recording, Refusal? Refusal);
}
