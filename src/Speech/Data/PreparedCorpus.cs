using System.IO.MemoryMappedFiles;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>
/// Opens a folder of prepared data. Features stay in their files, which are mapped: any number of threads may read.
/// </summary>
/// <remarks>
/// Features are float32, as they were computed: training copies them into its tensors without a conversion, a test may
/// ask for equality, and a mel takes a third of the room of its 44.1 kHz recording.
/// </remarks>
public sealed class PreparedCorpus : IDisposable
{
    private readonly MappedNumbers<float> _mels, _energies, _pitches;
    private readonly MappedNumbers<short>? _samples;
    private readonly Lazy<IReadOnlyList<Refusal>> _refusals;

    private PreparedCorpus(
        string folder, PreparedInfo files, PreparedInfo info, IReadOnlyList<PreparedUtterance> utterances)
    {
        (Folder, Info, Utterances, PhoneSet) = (folder, info, utterances, PhoneSet.Named(info.PhoneSet));
        HashSet<string> trained = [.. utterances.Where(u => u.Split == Split.Train).Select(u => u.Accent)];
        TrainingAccents = [.. info.Accents.Where(trained.Contains)];
        _refusals = new(() => [.. PreparedTable.Refusals(folder)]);
        _mels = new(Path.Combine(folder, PreparedWriter.MelFile), files.Frames * files.Mel.Bands);
        _energies = new(Path.Combine(folder, PreparedWriter.EnergyFile), files.Frames);
        _pitches = new(Path.Combine(folder, PreparedWriter.PitchFile), files.Frames);
        if (files.KeepsAudio)
            _samples = new(Path.Combine(folder, PreparedWriter.AudioFile), files.Samples);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What was prepared, and how.</summary>
    public PreparedInfo Info { get; }

    /// <summary>The phone set that the utterances are written in.</summary>
    public PhoneSet PhoneSet { get; }

    /// <summary>All utterances, corpus after corpus.</summary>
    public IReadOnlyList<PreparedUtterance> Utterances { get; }

    /// <summary>The utterances that were left out, each with its reason; read when first asked for.</summary>
    public IReadOnlyList<Refusal> Refusals => _refusals.Value;

    /// <summary>Names of the speakers that a model can learn; the index is the speaker's id in a model.</summary>
    public IReadOnlyList<string> TrainingSpeakers =>
        [.. Info.Speakers.Where(speaker => speaker.TrainUtterances > 0).Select(speaker => speaker.Name)];

    /// <summary>Names of the accents that a model can learn; the index is the accent's id in a model.</summary>
    public IReadOnlyList<string> TrainingAccents { get; }

    /// <summary>Opens a folder and checks that its parts belong together and to this program.</summary>
    /// <param name="folder">What prepare made.</param>
    /// <param name="choose">Which of its utterances to know; null knows all. Speakers, accents and counts follow.
    /// </param>
    /// <exception cref="UserException">It is no prepared data, is damaged, or was prepared with other
    /// phones.</exception>
    public static PreparedCorpus Open(
        string folder, Func<IReadOnlyList<PreparedUtterance>, IReadOnlyList<PreparedUtterance>>? choose = null)
    {
        PreparedInfo info = PreparedInfo.Load(folder);
        Check(info, folder);
        List<PreparedUtterance> utterances = new(info.Utterances);
        utterances.AddRange(PreparedTable.Utterances(folder, info.Mel.SampleRate));
        long frames = utterances.Sum(utterance => (long)utterance.Frames);
        if (utterances.Count != info.Utterances || frames != info.Frames)
            throw PreparedTable.Damaged(
                Path.Combine(folder, PreparedTable.UtteranceFile),
                $"it lists {utterances.Count} utterances and {frames} frames where {PreparedInfo.FileName} says "
                    + $"{info.Utterances} and {info.Frames}");
        if (choose is null)
            return new(folder, info, info, utterances);
        IReadOnlyList<PreparedUtterance> part = choose(utterances);
        return new(folder, info, info.Of(part), part);
    }

    /// <summary>The mel of an utterance, in the mapped file itself.</summary>
    /// <param name="index">Index into <see cref="Utterances"/>.</param>
    /// <returns>[T, M], row after row; valid until this object is disposed.</returns>
    public ReadOnlySpan<float> Mel(int index)
    {
        PreparedUtterance utterance = Utterances[index];
        return _mels.Slice(utterance.FirstFrame * Info.Mel.Bands, utterance.Frames * Info.Mel.Bands);
    }

    /// <summary>How loud each frame is, in dB of full scale: see <see cref="Audio.FrameEnergy"/>.</summary>
    /// <param name="index">Index into <see cref="Utterances"/>.</param>
    /// <returns>[T]; valid until this object is disposed.</returns>
    public ReadOnlySpan<float> EnergyDb(int index) =>
        _energies.Slice(Utterances[index].FirstFrame, Utterances[index].Frames);

    /// <summary>The pitch of each frame, as the natural logarithm of hertz; 0 where there is none.</summary>
    /// <param name="index">Index into <see cref="Utterances"/>.</param>
    /// <returns>[T]; valid until this object is disposed.</returns>
    public ReadOnlySpan<float> LogF0(int index) =>
        _pitches.Slice(Utterances[index].FirstFrame, Utterances[index].Frames);

    /// <summary>The samples that the features were computed from, 16 bits each; 32768 is full scale.</summary>
    /// <param name="index">Index into <see cref="Utterances"/>.</param>
    /// <returns>[N]; valid until this object is disposed.</returns>
    /// <exception cref="UserException">The data was prepared without its sound.</exception>
    public ReadOnlySpan<short> Samples(int index) => _samples is null
        ? throw new UserException(
            "the prepared data does not keep the sound", Folder, "run kouyin prepare again, with --keep-audio")
        : _samples.Slice(Utterances[index].FirstSample, Utterances[index].Samples);

    /// <inheritdoc/>
    public void Dispose()
    {
        _mels.Dispose();
        _energies.Dispose();
        _pitches.Dispose();
        _samples?.Dispose();
    }

    private static void Check(PreparedInfo info, string folder)
    {
        if (info.Format != PreparedInfo.CurrentFormat)
            throw new UserException($"the prepared data has format {info.Format}; this program reads "
                + $"{PreparedInfo.CurrentFormat}", folder, "run kouyin prepare again, with --overwrite");
        if (info.Mel.Hash != info.MelHash)
            throw PreparedTable.Damaged(folder, $"its mel settings have the hash {info.Mel.Hash}, not {info.MelHash}");
        if (PhoneSet.Named(info.PhoneSet).Hash != info.PhoneSetHash)
            throw new UserException($"the data was prepared with another version of the phone set {info.PhoneSet}",
                folder, "run kouyin prepare again, with --overwrite");
    }

    /// <summary>A file of numbers, mapped into memory.</summary>
    private sealed unsafe class MappedNumbers<T> : IDisposable
        where T : unmanaged
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;
        private readonly T* _numbers;

        public MappedNumbers(string path, long count)
        {
            FileInfo file = new(path);
            if (!file.Exists || file.Length != count * sizeof(T))
                throw PreparedTable.Damaged(
                    path, $"it should have {count * sizeof(T)} bytes, but has {(file.Exists ? file.Length : 0)}");
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            _numbers = (T*)(start + _view.PointerOffset);
        }

        public ReadOnlySpan<T> Slice(long first, int count) => new(_numbers + first, count);

        public void Dispose()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
