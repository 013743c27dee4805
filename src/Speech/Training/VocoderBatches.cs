using Kouyin.Speech.Data;
using Kouyin.Torch;
using Kouyin.Torch.Distributed;

namespace Kouyin.Speech.Training;

/// <summary>Which recordings a vocoder learns from and is measured on, and in which order.</summary>
/// <remarks>All chance comes from the seed, the step and the place in the batch, so a run goes on bit for
/// bit.</remarks>
internal sealed class VocoderBatches
{
    private const int EvaluatedSegments = 64;

    private readonly Recipe _recipe;
    private readonly PreparedCorpus _corpus;
    private readonly VocoderSegments _segments;
    private readonly int[] _training, _held;

    public VocoderBatches(Recipe recipe, PreparedCorpus corpus)
    {
        VocoderRecipe vocoder = recipe.Vocoder!;
        (_recipe, _corpus) = (recipe, corpus);
        _segments = new(corpus, vocoder);
        int[] known = [.. Enumerable.Range(0, corpus.Utterances.Count)
            .Where(k => !vocoder.HeldOutSpeakers.Contains(corpus.Utterances[k].Speaker))];
        _training = [.. known.Where(k => corpus.Utterances[k].Split == Split.Train)];
        _ = corpus.Samples(_training.FirstOrDefault()); // data without its sound is refused now, not at the first step
        int[] held = [.. known.Where(k => corpus.Utterances[k].Split != Split.Train)];
        int stride = Math.Max(1, held.Length / EvaluatedSegments);
        _held = [.. held.Where((_, k) => k % stride == 0)];
    }

    /// <summary>Names of the speakers that are learnt from.</summary>
    public IReadOnlyList<string> Speakers =>
        [.. _training.Select(k => _corpus.Utterances[k].Speaker).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The steps of an epoch, each in its portions: a recording gives a segment for every so many of its
    /// frames.</summary>
    public IReadOnlyList<int[][]> Epoch(int epoch)
    {
        Random random = new(BatchSampler.HashCode(_recipe.Seed, epoch));
        int[] order = [.. _training.SelectMany(k => Enumerable.Repeat(
            k, 1 + _corpus.Utterances[k].Frames / _recipe.Vocoder!.SegmentFrames))];
        random.Shuffle(order);
        int whole = Math.Max(1, order.Length / _recipe.BatchUtterances);
        return [.. order.Chunk(_recipe.BatchUtterances).Take(whole).Select(Portions)];
    }

    /// <summary>Changed segments of a portion, to make the sound of.</summary>
    /// <param name="utterances">Indices into the corpus.</param>
    /// <param name="step">Decides the chance, with the portion.</param>
    /// <param name="portion">Which of the step's.</param>
    /// <param name="device">Where to put it.</param>
    public VocoderBatch Made(int[] utterances, long step, int portion, Device device) =>
        Segments(utterances, step, Place(portion, 0), _recipe.Vocoder!.Resample, device);

    /// <summary>Other segments of the same, several of each, to hear the pitch in.</summary>
    /// <inheritdoc cref="Made"/>
    public VocoderBatch Heard(int[] utterances, long step, int portion, Device device)
    {
        int[] repeated = [.. Enumerable.Repeat(utterances, _recipe.Vocoder!.PitchSegments).SelectMany(each => each)];
        int place = Place(portion, _recipe.BatchUtterances);
        return Segments(repeated, step, place, _recipe.Vocoder.PitchResample, device);
    }

    /// <summary>A number for an item of a portion that no other item of the step has.</summary>
    public int Place(int portion, int item) =>
        (1 + _recipe.Vocoder!.PitchSegments) * portion * _recipe.BatchUtterances + item;

    /// <summary>The mean of losses over held-out segments, always the same; null where there are none.</summary>
    /// <param name="device">Where to put them.</param>
    /// <param name="group">The processes that share the run, or null.</param>
    /// <param name="losses">Of a batch.</param>
    public double[]? Measure(Device device, ProcessGroup? group, Func<VocoderBatch, double[]> losses) => HeldOut.Mean(
        [.. _held.Chunk(_recipe.BatchUtterances)], group, (utterances, _) => losses(
            _segments.Build(utterances, item => Chance(-1, utterances[item]), null, device)));

    /// <summary>A number that differs wherever step or place do.</summary>
    public ulong Seed(long step, int item)
    {
        ulong z = ((ulong)_recipe.Seed << 48) ^ ((ulong)step << 16) ^ (ulong)item; // SplitMix64's last steps
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private int[][] Portions(int[] batch)
    {
        int count = _recipe.Accumulate;
        if (batch.Length < count)
        {
            throw new UserException(
                $"the data gives {batch.Length} segments a step, which are to be cut into {count} portions",
                _corpus.Folder, "lower accumulate, or start fewer processes");
        }
        return [.. Enumerable.Range(0, count)
            .Select(k => batch[(k * batch.Length / count)..((k + 1) * batch.Length / count)])];
    }

    private VocoderBatch Segments(int[] utterances, long step, int place, double resample, Device device) =>
        _segments.Build(utterances, item => Chance(step, place + item), resample, device);

    private Random Chance(long step, int item) => new(unchecked((int)Seed(step, item)));
}
