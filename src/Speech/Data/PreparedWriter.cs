using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Kouyin.Speech.Data;

/// <summary>
/// Writes a folder of prepared data shard by shard, so that a preparation that was killed goes on where it was.
/// </summary>
/// <remarks>
/// Every file only grows. After a shard all files are flushed to the disk, and only then a line of
/// <see cref="ShardFile"/> says how long each has become; whoever goes on cuts them back to the last such line. The
/// first line holds the hash of the plan, for only the same plan may go on.
/// </remarks>
internal sealed class PreparedWriter : IDisposable
{
    public const string MelFile = "mel.f32", EnergyFile = "energy.f32", PitchFile = "log_f0.f32";

    public const string AudioFile = "audio.s16";

    /// <summary>The journal.</summary>
    public const string ShardFile = "shards.tsv";

    private readonly string _folder;
    private readonly PreparationPlan _plan;
    private readonly FileStream _journal;
    private readonly FileStream _mels, _energies, _pitches, _utterances, _refusals;
    private readonly FileStream? _samples;
    private readonly FileStream[] _files;
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, string> _namesBySound = [];

    /// <summary>Begins, or goes on with what the folder holds of the same plan.</summary>
    public PreparedWriter(string folder, PreparationPlan plan)
    {
        (_folder, _plan) = (folder, plan);
        _journal = Open(ShardFile, FileShare.None); // keeps two preparations out of one folder
        _mels = Open(MelFile);
        _energies = Open(EnergyFile);
        _pitches = Open(PitchFile);
        _samples = plan.Options.Rules.KeepAudio ? Open(AudioFile) : null;
        _utterances = Open(PreparedTable.UtteranceFile);
        _refusals = Open(PreparedTable.RefusalFile);
        _files = [.. new[] { _mels, _energies, _pitches, _samples, _utterances, _refusals }.OfType<FileStream>()];
        if (!TryGoOn())
            Begin();
    }

    /// <summary>Shards that need no work any more.</summary>
    public int Shards { get; private set; }

    /// <summary>Whether a folder holds the finished result of a plan.</summary>
    public static bool IsDone(string folder, PreparationPlan plan)
    {
        string journal = Path.Combine(folder, ShardFile);
        return File.Exists(Path.Combine(folder, PreparedInfo.FileName)) && File.Exists(journal)
            && File.ReadLines(journal).FirstOrDefault() == PlanLine(plan);
    }

    /// <summary>Writes the next shard.</summary>
    public void Append(IEnumerable<PreparedItem> items)
    {
        foreach (PreparedItem item in items)
        {
            if ((item.Refusal ?? RefuseTwice(item.Utterance!)) is Refusal refusal)
                WriteLine(_refusals, PreparedTable.Line(refusal));
            else
                Write(item);
        }
        Shards++;
        Commit();
    }

    /// <summary>Closes the files and describes them.</summary>
    public PreparedInfo Finish()
    {
        Dispose();
        PreparedInfo info = PreparedInfo.Of(_folder, _plan);
        info.Save(_folder);
        return info;
    }

    public void Dispose()
    {
        foreach (FileStream file in _files)
            file.Dispose();
        _journal.Dispose();
    }

    private Refusal? RefuseTwice(PreparedUtterance utterance)
    {
        if (_names.Contains(utterance.Id))
            return new(utterance.Id, utterance.Speaker, RefusalReason.DuplicateName, utterance.AudioPath);
        return _namesBySound.TryGetValue(utterance.SoundHash, out string? same)
            ? new(utterance.Id, utterance.Speaker, RefusalReason.DuplicateAudio, $"the samples of {same}")
            : null;
    }

    private void Write(PreparedItem item)
    {
        Remember(item.Utterance!);
        _mels.Write(MemoryMarshal.AsBytes(item.Mel.AsSpan()));
        _energies.Write(MemoryMarshal.AsBytes(item.EnergyDb.AsSpan()));
        _pitches.Write(MemoryMarshal.AsBytes(item.LogF0.AsSpan()));
        _samples?.Write(MemoryMarshal.AsBytes(item.Samples.AsSpan()));
        WriteLine(_utterances, PreparedTable.Line(item.Utterance!));
    }

    private void Remember(PreparedUtterance utterance)
    {
        _names.Add(utterance.Id);
        _namesBySound.Add(utterance.SoundHash, utterance.Id);
    }

    private void Begin()
    {
        foreach (FileStream file in _files.Prepend(_journal))
            file.SetLength(0);
        Shards = 0;
        if (_samples is null)
            File.Delete(Path.Combine(_folder, AudioFile)); // of another plan
        WriteLine(_utterances, PreparedTable.UtteranceColumns);
        WriteLine(_refusals, PreparedTable.RefusalColumns);
        WriteLine(_journal, PlanLine(_plan));
        WriteLine(_journal, "shard\t" + string.Join('\t', _files.Select(file => Path.GetFileName(file.Name))));
        Commit();
    }

    private void Commit()
    {
        foreach (FileStream file in _files)
            file.Flush(flushToDisk: true);
        IEnumerable<string> lengths = _files.Select(file => file.Position.ToString(CultureInfo.InvariantCulture));
        WriteLine(_journal, string.Create(CultureInfo.InvariantCulture, $"{Shards}\t") + string.Join('\t', lengths));
        _journal.Flush(flushToDisk: true);
    }

    /// <summary>Cuts the files back to the last whole shard.</summary>
    /// <returns>Whether there is one, of the same plan.</returns>
    private bool TryGoOn()
    {
        using StreamReader reader = new(_journal, leaveOpen: true);
        string text = reader.ReadToEnd();
        int whole = text.LastIndexOf('\n') + 1; // a kill may have cut the last line
        string[] lines = text[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 3 || lines[0] != PlanLine(_plan))
            return false;
        string[] cells = lines[^1].Split('\t');
        long[] numbers = Array.ConvertAll(cells, cell => long.Parse(cell, CultureInfo.InvariantCulture));
        if (_files.Where((file, i) => file.Length < numbers[i + 1]).Any())
            return false;
        Shards = (int)numbers[0];
        CutTo(_journal, Encoding.UTF8.GetByteCount(text[..whole]));
        for (int i = 0; i < _files.Length; i++)
            CutTo(_files[i], numbers[i + 1]);
        foreach (PreparedUtterance utterance in PreparedTable.Utterances(_folder, _plan.Options.Mel.SampleRate))
            Remember(utterance);
        return true;
    }

    private static string PlanLine(PreparationPlan plan) => $"plan {plan.Hash}";

    private static void CutTo(FileStream file, long length)
    {
        file.SetLength(length);
        file.Seek(0, SeekOrigin.End);
    }

    private static void WriteLine(FileStream file, string line) => file.Write(Encoding.UTF8.GetBytes(line + "\n"));

    private FileStream Open(string name, FileShare share = FileShare.Read) =>
        new(Path.Combine(_folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, share, 1 << 20);
}
