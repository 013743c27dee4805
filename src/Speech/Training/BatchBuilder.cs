using System.Numerics;
using System.Runtime.InteropServices;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>Utterances to tensors.</summary>
public sealed class BatchBuilder
{
    private readonly PreparedCorpus _corpus;
    private readonly int[][] _symbols;
    private readonly Dictionary<string, long> _speakers;
    private readonly Dictionary<string, long> _accents;

    /// <summary>Prepares to build.</summary>
    /// <param name="corpus">Where utterances come from.</param>
    /// <param name="blanks">Whether blanks stand between phones.</param>
    public BatchBuilder(PreparedCorpus corpus, bool blanks)
    {
        _corpus = corpus;
        _symbols = [.. corpus.Utterances.Select(u => corpus.PhoneSet.Ids(u.Phones, blanks))];
        _speakers = Ids(corpus.TrainingSpeakers);
        _accents = Ids(corpus.TrainingAccents);
    }

    /// <summary>Builds a batch.</summary>
    /// <param name="utterances">Indices into the corpus's utterances, all of speakers and accents that the
    /// model learns.</param>
    /// <param name="device">Where to put it.</param>
    /// <param name="references">What accent tokens hear of each utterance's accent, or null.</param>
    public Batch Build(ReadOnlySpan<int> utterances, Device device, int[]? references = null)
    {
        int batch = utterances.Length;
        int symbols = 0;
        foreach (int k in utterances)
            symbols = Math.Max(symbols, _symbols[k].Length);
        Tensor ids = Tensor.Zeros([batch, symbols], DType.Int64);
        Tensor speakers = Tensor.Zeros([batch], DType.Int64), accents = Tensor.Zeros([batch], DType.Int64);
        long[] symbolCounts = new long[batch];
        for (int item = 0; item < batch; item++)
        {
            int utterance = utterances[item];
            for (int k = 0; k < _symbols[utterance].Length; k++)
                ids.Span<long>()[item * symbols + k] = _symbols[utterance][k];
            speakers.Span<long>()[item] = _speakers[_corpus.Utterances[utterance].Speaker];
            accents.Span<long>()[item] = _accents[_corpus.Utterances[utterance].Accent];
            symbolCounts[item] = _symbols[utterance].Length;
        }
        Tensor? speaker = _speakers.Count > 1 ? speakers.To(device) : null;
        var (mel, frameCounts) = Recordings(utterances, device);
        return new(ids.To(device), symbolCounts, mel, frameCounts, speaker, accents.To(device),
            references is null ? null : Recordings(references, device));
    }

    /// <summary>The mels of utterances alone.</summary>
    /// <param name="utterances">Indices into the corpus's utterances.</param>
    /// <param name="device">Where to put them.</param>
    public Recordings Recordings(ReadOnlySpan<int> utterances, Device device)
    {
        int bands = _corpus.Info.Mel.Bands;
        long[] frameCounts = new long[utterances.Length];
        for (int item = 0; item < utterances.Length; item++)
            frameCounts[item] = _corpus.Utterances[utterances[item]].Frames;
        int frames = (int)frameCounts.Max();
        Tensor mel = Tensor.Empty([utterances.Length, frames, bands]);
        mel.Span<float>().Clear(); // without libtorch's threads: batches are built while those compute
        for (int item = 0; item < utterances.Length; item++)
            _corpus.Mel(utterances[item]).CopyTo(mel.Span<float>()[(item * frames * bands)..]);
        return new(mel.To(device), frameCounts);
    }

    /// <summary>What keeps a model from learning from any of these, in words; null if nothing does.</summary>
    public string? Problem(ReadOnlySpan<int> utterances)
    {
        List<string> problems = [];
        foreach (int k in utterances)
        {
            PreparedUtterance utterance = _corpus.Utterances[k];
            if (_symbols[k].Length > utterance.Frames)
                problems.Add($"{utterance.Id} has {_symbols[k].Length} symbols and only {utterance.Frames} frames");
            if (!AllFinite(_corpus.Mel(k)))
                problems.Add($"the mel of {utterance.Id} holds what is no finite number");
        }
        return problems.Count == 0 ? null : string.Join("; ", problems);
    }

    /// <summary>Whether the model can know the utterance's speaker and accent.</summary>
    public bool Knows(PreparedUtterance utterance) =>
        _speakers.ContainsKey(utterance.Speaker) && _accents.ContainsKey(utterance.Accent);

    private static Dictionary<string, long> Ids(IReadOnlyList<string> names) =>
        names.Select((name, id) => (name, id)).ToDictionary(s => s.name, s => (long)s.id);

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        // x - x is 0 for every finite number, and no number for all else.
        Vector<float> sum = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> x in vectors)
            sum += x - x;
        bool finite = Vector.EqualsAll(sum, Vector<float>.Zero);
        foreach (float x in values[(vectors.Length * Vector<float>.Count)..])
            finite &= float.IsFinite(x);
        return finite;
    }
}
