using Kouyin.Speech.Data;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation;

/// <summary>Mels and what is said in them, side by side.</summary>
/// <param name="Mel">[B, T, M], zero where it is padded.</param>
/// <param name="Frames">Frames of each item, [B].</param>
/// <param name="Said">What each item says.</param>
internal sealed record RecognizerBatch(Tensor Mel, int[] Frames, SpokenTokens[] Said)
{
    /// <summary>Pads mels to the longest.</summary>
    /// <param name="mels">[T, M] each.</param>
    /// <param name="bands">M.</param>
    /// <param name="said">What each says; empty where nobody knows.</param>
    public static RecognizerBatch Of(IReadOnlyList<float[]> mels, int bands, SpokenTokens[] said)
    {
        int[] frames = [.. mels.Select(mel => mel.Length / bands)];
        int longest = frames.Max();
        Tensor padded = Tensor.Zeros([mels.Count, longest, bands]);
        Span<float> numbers = padded.Span<float>();
        for (int item = 0; item < mels.Count; item++)
            mels[item].CopyTo(numbers[(item * longest * bands)..]);
        return new(padded, frames, said);
    }
}

/// <summary>The training part of prepared data, split once more: a fortieth is kept for watching.</summary>
internal sealed class RecognizerBatches
{
    private const int WatchedShare = 40;
    private const int Window = 1024; // lengths are sorted within so many utterances

    private readonly PreparedCorpus _corpus;
    private readonly MelAugmentation _augmentation;
    private readonly int[] _training;

    public RecognizerBatches(PreparedCorpus corpus, MelAugmentationConfig augmentation)
    {
        _corpus = corpus;
        _augmentation = new(augmentation, corpus.Info.Mel.Bands);
        int[] all =
        [
            .. Enumerable.Range(0, corpus.Utterances.Count).Where(k => corpus.Utterances[k].Split == Split.Train),
        ];
        Watched = [.. all.Where(IsWatched)];
        _training = [.. all.Where(k => !IsWatched(k))];
    }

    /// <summary>Indices of utterances that are kept for watching the training.</summary>
    public IReadOnlyList<int> Watched { get; }

    /// <summary>How many utterances are trained on.</summary>
    public int TrainingUtterances => _training.Length;

    /// <summary>Mean and standard deviation of every band over the training utterances, [M] each.</summary>
    public (float[] Mean, float[] Deviation) Statistics()
    {
        int bands = _corpus.Info.Mel.Bands;
        double[] sums = new double[bands], squares = new double[bands];
        long frames = 0;
        foreach (int utterance in _training)
        {
            ReadOnlySpan<float> mel = _corpus.Mel(utterance);
            for (int k = 0; k < mel.Length; k++)
            {
                sums[k % bands] += mel[k];
                squares[k % bands] += (double)mel[k] * mel[k];
            }
            frames += mel.Length / bands;
        }
        return (
            [.. sums.Select(sum => (float)(sum / frames))],
            [.. sums.Zip(squares, (sum, square) => (float)Math.Sqrt(square / frames - sum / frames * (sum / frames)))]);
    }

    /// <summary>Batches of like lengths without end, epoch after epoch.</summary>
    /// <param name="size">Utterances in a batch.</param>
    /// <param name="mostOfOne">Utterances of each speaker in each accent that an epoch has at most.</param>
    /// <param name="random">Draws the order.</param>
    public IEnumerable<int[]> Order(int size, int mostOfOne, Random random)
    {
        while (true)
        {
            int[] order = [.. _training];
            random.Shuffle(order);
            order =
            [
                .. order.GroupBy(k => (_corpus.Utterances[k].Speaker, _corpus.Utterances[k].Accent))
                    .SelectMany(group => group.Take(mostOfOne)),
            ];
            random.Shuffle(order);
            int[][] batches =
            [
                .. order.Chunk(Window)
                    .SelectMany(window => window.OrderBy(k => _corpus.Utterances[k].Frames).Chunk(size)),
            ];
            random.Shuffle(batches);
            foreach (int[] batch in batches)
                yield return batch;
        }
    }

    /// <summary>A batch with changed mels.</summary>
    public RecognizerBatch Augmented(int[] utterances, Random random) => RecognizerBatch.Of(
        [.. utterances.Select(k => _augmentation.Apply(_corpus.Mel(k), random))], _corpus.Info.Mel.Bands,
        [.. utterances.Select(k => RecognizerSymbols.Of(_corpus.Utterances[k].Reading))]);

    // By reading, so that no watched word is heard in training from another speaker.
    private bool IsWatched(int utterance)
    {
        uint hash = 2166136261; // FNV-1a: .NET's own hash differs from run to run
        foreach (char c in string.Join(' ', _corpus.Utterances[utterance].Reading))
            hash = (hash ^ c) * 16777619;
        return hash % WatchedShare == 0;
    }
}
