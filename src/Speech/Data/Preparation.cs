using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>What to prepare, and how.</summary>
public sealed record PreparationOptions
{
    /// <summary>Folders in AISHELL-3's layout.</summary>
    public required IReadOnlyList<string> Corpora { get; init; }

    /// <summary>The label file to read in each part of each corpus.</summary>
    public string Labels { get; init; } = Aishell3Corpus.DefaultLabels;

    /// <summary>Mel settings.</summary>
    public MelConfig Mel { get; init; } = MelConfig.Natural22k;

    /// <summary>The phones that labels are written in.</summary>
    public PhoneSet Phones { get; init; } = PhoneSet.InitialsFinals;

    /// <summary>Speakers to leave out altogether.</summary>
    public IReadOnlyList<string> ExcludedSpeakers { get; init; } = [];

    /// <summary>How many utterances to work on at once.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether to replace prepared data that is there already.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>How far a long piece of work is.</summary>
/// <param name="Done">Items done, refused ones included.</param>
/// <param name="Total">Items in all.</param>
/// <param name="SoundSeconds">Length of the sound among them.</param>
public readonly record struct WorkDone(int Done, int Total, double SoundSeconds);

/// <summary>
/// Corpora to prepared data: every sound decoded, resampled and turned into a mel once, every label into phones.
/// </summary>
public static class Preparation
{
    /// <summary>Utterances a worker takes before the finished ones are written, in their order.</summary>
    private const int BlockPerWorker = 32;

    /// <summary>Prepares the corpora into a folder, which appears complete or not at all.</summary>
    /// <param name="options">What to prepare, and how.</param>
    /// <param name="folder">The folder to make.</param>
    /// <param name="progress">Told after every block of utterances.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <returns>What the folder holds.</returns>
    /// <exception cref="UserException">A corpus, an option or the folder is at fault, or no utterance is
    /// usable.</exception>
    public static PreparedInfo Run(
        PreparationOptions options, string folder, IProgress<WorkDone>? progress = null,
        CancellationToken cancel = default)
    {
        List<Aishell3Corpus> corpora = [.. options.Corpora.Select(root => Aishell3Corpus.Read(root, options.Labels))];
        Dictionary<string, CorpusSpeaker> speakers = Merge(corpora, options.ExcludedSpeakers);
        List<Recording> recordings = [.. corpora.SelectMany(corpus => corpus.Recordings)
            .Where(recording => speakers.ContainsKey(recording.Speaker))];
        return AtomicFolder.Write(folder, PreparedInfo.FileName, options.Overwrite, temporary =>
        {
            using PreparedWriter writer = new(temporary, speakers, options);
            Prepare(recordings, writer, options, progress, cancel);
            return writer.Finish();
        });
    }

    private static void Prepare(
        List<Recording> recordings, PreparedWriter writer, PreparationOptions options, IProgress<WorkDone>? progress,
        CancellationToken cancel)
    {
        MelSpectrogram spectrogram = new(options.Mel);
        HashSet<string> seen = [];
        int blockSize = BlockPerWorker * options.Workers;
        PreparedItem[] block = new PreparedItem[blockSize];
        for (int start = 0; start < recordings.Count; start += blockSize)
        {
            int count = Math.Min(blockSize, recordings.Count - start);
            int first = start;
            ParallelWork.For(count, options.Workers, i =>
                block[i] = PreparedItem.From(recordings[first + i], spectrogram, options.Phones), cancel);
            foreach (PreparedItem item in block.AsSpan(0, count))
            {
                if (item.Refusal is null && !seen.Add(item.Recording.Id))
                    writer.Refuse(new(item.Recording.Id, RefusalReason.Duplicate, item.Recording.AudioPath));
                else
                    writer.Add(item);
            }
            progress?.Report(new(start + count, recordings.Count, writer.Seconds));
        }
    }

    private static Dictionary<string, CorpusSpeaker> Merge(List<Aishell3Corpus> corpora, IReadOnlyList<string> excluded)
    {
        Dictionary<string, CorpusSpeaker> merged = [];
        foreach (CorpusSpeaker speaker in corpora.SelectMany(corpus => corpus.Speakers.Values))
        {
            if (!merged.TryAdd(speaker.Name, speaker) && merged[speaker.Name] != speaker)
                throw new UserException(
                    $"two corpora describe the speaker {speaker.Name} differently: {merged[speaker.Name]}, {speaker}",
                    "spk-info.txt", "make the descriptions agree, or rename one speaker");
        }
        foreach (string name in excluded)
        {
            if (!merged.Remove(name))
                throw new UserException(
                    $"there is no speaker {name} to leave out", "--exclude-speaker",
                    $"choose among: {string.Join(", ", merged.Keys.Order(StringComparer.Ordinal))}");
        }
        return merged;
    }
}
