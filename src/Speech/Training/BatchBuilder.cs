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
    public Batch Build(ReadOnlySpan<int> utterances, Device device)
    {
        int batch = utterances.Length;
        int bands = _corpus.Info.Mel.Bands;
        int symbols = 0;
        int frames = 0;
        foreach (int k in utterances)
        {
            symbols = Math.Max(symbols, _symbols[k].Length);
            frames = Math.Max(frames, _corpus.Utterances[k].Frames);
        }
        Tensor ids = Tensor.Zeros([batch, symbols], DType.Int64);
        Tensor mel = Tensor.Zeros([batch, frames, bands]);
        Tensor speakers = Tensor.Zeros([batch], DType.Int64), accents = Tensor.Zeros([batch], DType.Int64);
        long[] symbolCounts = new long[batch];
        long[] frameCounts = new long[batch];
        for (int item = 0; item < batch; item++)
        {
            int utterance = utterances[item];
            for (int k = 0; k < _symbols[utterance].Length; k++)
                ids.Span<long>()[item * symbols + k] = _symbols[utterance][k];
            _corpus.Mel(utterance).CopyTo(mel.Span<float>()[(item * frames * bands)..]);
            speakers.Span<long>()[item] = _speakers[_corpus.Utterances[utterance].Speaker];
            accents.Span<long>()[item] = _accents[_corpus.Utterances[utterance].Accent];
            symbolCounts[item] = _symbols[utterance].Length;
            frameCounts[item] = _corpus.Utterances[utterance].Frames;
        }
        Tensor? speaker = _speakers.Count > 1 ? speakers.To(device) : null;
        return new(ids.To(device), symbolCounts, mel.To(device), frameCounts, speaker, accents.To(device));
    }

    /// <summary>Whether the model can know the utterance's speaker and accent.</summary>
    public bool Knows(PreparedUtterance utterance) =>
        _speakers.ContainsKey(utterance.Speaker) && _accents.ContainsKey(utterance.Accent);

    private static Dictionary<string, long> Ids(IReadOnlyList<string> names) =>
        names.Select((name, id) => (name, id)).ToDictionary(s => s.name, s => (long)s.id);
}
