using System.Globalization;
using System.IO.MemoryMappedFiles;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>An utterance of prepared data.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Split">Train or test.</param>
/// <param name="Speaker">The speaker's name.</param>
/// <param name="Accent">The speaker's accent.</param>
/// <param name="FirstFrame">Where its mel begins in the file, in frames.</param>
/// <param name="Frames">T.</param>
/// <param name="Phones">[S] symbols of the phone set, silence at both ends, no blanks.</param>
/// <param name="Reading">The labels they came from: pinyin and pause marks.</param>
/// <param name="AudioPath">The recording, as it was named when prepared.</param>
public sealed record PreparedUtterance(
    string Id, Split Split, string Speaker, string Accent, long FirstFrame, int Frames, IReadOnlyList<string> Phones,
    IReadOnlyList<string> Reading, string AudioPath);

/// <summary>
/// Opens a folder of prepared data. Mels stay in the file, which is mapped: any number of threads may read.
/// </summary>
public sealed unsafe class PreparedCorpus : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly float* _mels;

    private PreparedCorpus(string folder, PreparedInfo info, IReadOnlyList<PreparedUtterance> utterances)
    {
        (Folder, Info, Utterances, PhoneSet) = (folder, info, utterances, PhoneSet.Named(info.PhoneSet));
        _file = MemoryMappedFile.CreateFromFile(
            Path.Combine(folder, PreparedWriter.MelFile), FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _mels = (float*)(start + _view.PointerOffset);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What was prepared, and how.</summary>
    public PreparedInfo Info { get; }

    /// <summary>The phone set that the utterances are written in.</summary>
    public PhoneSet PhoneSet { get; }

    /// <summary>All utterances, train before test in each corpus.</summary>
    public IReadOnlyList<PreparedUtterance> Utterances { get; }

    /// <summary>Names of the speakers that a model can learn; the index is the speaker's id in a model.</summary>
    public IReadOnlyList<string> TrainingSpeakers =>
        [.. Info.Speakers.Where(speaker => speaker.TrainUtterances > 0).Select(speaker => speaker.Name)];

    /// <summary>Opens a folder and checks that its parts belong together and to this program.</summary>
    /// <exception cref="UserException">It is no prepared data, is damaged, or was prepared with other
    /// phones.</exception>
    public static PreparedCorpus Open(string folder)
    {
        PreparedInfo info = PreparedInfo.Load(folder);
        Check(info, folder);
        string table = Path.Combine(folder, PreparedWriter.UtteranceFile);
        List<PreparedUtterance> utterances = ReadTable(table);
        long frames = utterances.Sum(utterance => (long)utterance.Frames);
        if (utterances.Count != info.Utterances || frames != info.Frames)
            throw Damaged(table, $"it lists {utterances.Count} utterances and {frames} frames where "
                + $"{PreparedInfo.FileName} says {info.Utterances} and {info.Frames}");
        FileInfo mels = new(Path.Combine(folder, PreparedWriter.MelFile));
        long expected = frames * info.Mel.Bands * sizeof(float);
        if (!mels.Exists || mels.Length != expected)
            throw Damaged(mels.FullName, $"it should have {expected} bytes, but has {(mels.Exists ? mels.Length : 0)}");
        return new(folder, info, utterances);
    }

    /// <summary>The mel of an utterance, in the mapped file itself.</summary>
    /// <param name="index">Index into <see cref="Utterances"/>.</param>
    /// <returns>[T, M], row after row; valid until this object is disposed.</returns>
    public ReadOnlySpan<float> Mel(int index)
    {
        PreparedUtterance utterance = Utterances[index];
        return new(_mels + utterance.FirstFrame * Info.Mel.Bands, utterance.Frames * Info.Mel.Bands);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static void Check(PreparedInfo info, string folder)
    {
        if (info.Format != PreparedInfo.CurrentFormat)
            throw new UserException($"the prepared data has format {info.Format}; this program reads "
                + $"{PreparedInfo.CurrentFormat}", folder, "run kouyin prepare again");
        if (info.Mel.Hash != info.MelHash)
            throw Damaged(folder, $"its mel settings have the hash {info.Mel.Hash}, not {info.MelHash}");
        if (PhoneSet.Named(info.PhoneSet).Hash != info.PhoneSetHash)
            throw new UserException($"the data was prepared with another version of the phone set {info.PhoneSet}",
                folder, "run kouyin prepare again");
    }

    private static List<PreparedUtterance> ReadTable(string path)
    {
        if (!File.Exists(path))
            throw Damaged(path, "the file is missing");
        List<PreparedUtterance> utterances = [];
        long nextFrame = 0;
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            string[] cells = line.Split('\t');
            if (cells.Length != PreparedWriter.Columns.Split('\t').Length
                || !long.TryParse(cells[4], CultureInfo.InvariantCulture, out long firstFrame)
                || !int.TryParse(cells[5], CultureInfo.InvariantCulture, out int frames)
                || firstFrame != nextFrame || frames <= 0)
                throw Damaged(path, $"line {utterances.Count + 2} lacks columns, or is out of order");
            nextFrame += frames;
            Split split = cells[1] == PreparedWriter.Name(Split.Train) ? Split.Train : Split.Test;
            utterances.Add(new(
                cells[0], split, cells[2], cells[3], firstFrame, frames, Words(cells[6]), Words(cells[7]), cells[8]));
        }
        return utterances;
    }

    // Utterances share their few hundred symbols.
    private static string[] Words(string cell) => Array.ConvertAll(cell.Split(' '), string.Intern);

    private static UserException Damaged(string where, string what) =>
        new($"the prepared data is damaged: {what}", where, "run kouyin prepare again");
}
