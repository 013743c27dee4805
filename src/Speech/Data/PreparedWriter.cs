using System.Globalization;
using System.Runtime.InteropServices;

namespace Kouyin.Speech.Data;

/// <summary>Writes the files of a folder of prepared data, one utterance after another.</summary>
internal sealed class PreparedWriter : IDisposable
{
    public const string MelFile = "mel.f32", UtteranceFile = "utterances.tsv", RefusalFile = "refused.tsv";

    /// <summary>The columns of <see cref="UtteranceFile"/>.</summary>
    public const string Columns = "id\tsplit\tspeaker\taccent\tfirst_frame\tframes\tphones\treading\taudio";

    private readonly string _folder;
    private readonly PreparationOptions _options;
    private readonly IReadOnlyDictionary<string, CorpusSpeaker> _speakers;
    private readonly FileStream _mels;
    private readonly StreamWriter _utterances, _refusals;
    private readonly SortedDictionary<string, (int Train, int Test, long TrainFrames)> _bySpeaker =
        new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private long _frames;
    private int _count;

    public PreparedWriter(
        string folder, IReadOnlyDictionary<string, CorpusSpeaker> speakers, PreparationOptions options)
    {
        (_folder, _speakers, _options) = (folder, speakers, options);
        _mels = new(Path.Combine(folder, MelFile), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        _utterances = new(Path.Combine(folder, UtteranceFile));
        _utterances.WriteLine(Columns);
        _refusals = new(Path.Combine(folder, RefusalFile));
        _refusals.WriteLine("id\treason\tdetail");
    }

    /// <summary>Length of the utterances written.</summary>
    public double Seconds => _frames / _options.Mel.FrameRate;

    public void Add(PreparedItem item)
    {
        if (item.Refusal is not null)
        {
            Refuse(item.Refusal);
            return;
        }
        Recording recording = item.Recording;
        int frames = item.Mel.Length / _options.Mel.Bands;
        _mels.Write(MemoryMarshal.AsBytes(item.Mel.AsSpan()));
        _utterances.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{recording.Id}\t{Name(recording.Split)}\t{recording.Speaker}\t{recording.Accent}\t{_frames}\t{frames}\t")
            + $"{string.Join(' ', item.Phones)}\t{string.Join(' ', recording.Reading)}\t{recording.AudioPath}");
        (int train, int test, long trainFrames) = _bySpeaker.GetValueOrDefault(recording.Speaker);
        _bySpeaker[recording.Speaker] = recording.Split == Split.Train
            ? (train + 1, test, trainFrames + frames)
            : (train, test + 1, trainFrames);
        _frames += frames;
        _count++;
    }

    public void Refuse(Refusal refusal)
    {
        string reason = refusal.Reason.ToString();
        _refusals.WriteLine($"{refusal.Id}\t{reason}\t{refusal.Detail}");
        _refused[reason] = _refused.GetValueOrDefault(reason) + 1;
    }

    /// <summary>Closes the files and describes them.</summary>
    public PreparedInfo Finish()
    {
        if (_count == 0)
            throw new UserException(
                $"no utterance can be used; refused: {string.Join(", ", _refused.Select(r => $"{r.Value} {r.Key}"))}",
                string.Join(", ", _options.Corpora), "check the first refusal: " + FirstRefusal());
        List<PreparedSpeaker> speakers =
            [.. _bySpeaker.Select(Describe).OrderBy(speaker => speaker.TrainUtterances == 0)];
        PreparedInfo info = new()
        {
            Format = PreparedInfo.CurrentFormat,
            Mel = _options.Mel,
            MelHash = _options.Mel.Hash,
            PhoneSet = _options.Phones.Name,
            PhoneSetHash = _options.Phones.Hash,
            Corpora = _options.Corpora,
            Labels = _options.Labels,
            Speakers = speakers,
            Accents = [.. speakers.GroupBy(speaker => speaker.Accent)
                .OrderBy(group => group.All(speaker => speaker.TrainUtterances == 0))
                .ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key)],
            Utterances = _count,
            Frames = _frames,
            Refused = _refused,
        };
        _mels.Flush(flushToDisk: true);
        Dispose();
        info.Save(_folder);
        return info;
    }

    public void Dispose()
    {
        _mels.Dispose();
        _utterances.Dispose();
        _refusals.Dispose();
    }

    /// <summary>How a split is written.</summary>
    public static string Name(Split split) => split == Split.Train ? "train" : "test";

    private PreparedSpeaker Describe(KeyValuePair<string, (int Train, int Test, long TrainFrames)> counted) => new(
        counted.Key, _speakers[counted.Key].Accent, _speakers[counted.Key].Gender, counted.Value.Train,
        counted.Value.Test, Math.Round(counted.Value.TrainFrames / _options.Mel.FrameRate, 1));

    private string FirstRefusal()
    {
        _refusals.Flush();
        return File.ReadLines(Path.Combine(_folder, RefusalFile)).Skip(1).FirstOrDefault("none").Replace('\t', ' ');
    }
}
