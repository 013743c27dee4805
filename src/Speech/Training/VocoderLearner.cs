using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Model.Vocoder.Harmonic;
using Kouyin.Torch;
using Kouyin.Torch.Distributed;
using Kouyin.Torch.Optimizers;

namespace Kouyin.Speech.Training;

/// <summary>
/// Teaches a harmonic vocoder: pitch from the tracker, everything else from the spectral energy distance.
/// </summary>
internal sealed class VocoderLearner : ILearner
{
    private readonly Recipe _recipe;
    private readonly MelConfig _mel;
    private readonly VocoderBatches _batches;
    private readonly HarmonicNetwork _network;
    private readonly HarmonicSound _sound;
    private readonly SpectralDistance _distance;

    // A step sees half of the windows: half the time, the same gradient on average.
    private readonly SpectralDistance[] _inTurn;
    private readonly LearningPart _part;
    private readonly GradientStep _gradient;
    private readonly ProcessGroup? _group;

    public VocoderLearner(Recipe recipe, PreparedCorpus corpus, LearningStart start)
    {
        VocoderRecipe vocoder = recipe.Vocoder!;
        (_recipe, _mel, _group) = (recipe, corpus.Info.Mel, start.Group);
        _batches = new(recipe, corpus);
        ParameterStore store = start.Store("");
        store.UseBFloat16 = recipe.Bf16;
        _network = new(store.Root, vocoder.Harmonic, _mel);
        (_sound, _distance) = (new(_mel), new(vocoder.Windows));
        _inTurn = [.. Enumerable.Range(0, 2).Select(turn =>
            new SpectralDistance([.. vocoder.Windows.Where((_, k) => k % 2 == turn || vocoder.Windows.Count == 1)]))];
        AdamConfig adam = new() { LearningRate = recipe.LearningRate, Beta1 = 0.8, Beta2 = 0.99 };
        _part = new(
            "", store, new Adam(store.Parameters, adam),
            recipe.AverageDecay > 0 ? new(store.Parameters, recipe.AverageDecay) : null);
        _gradient = new(recipe, Parts, start.Group);
    }

    public IReadOnlyList<LearningPart> Parts => [_part];

    public IReadOnlyList<string> LossNames =>
        _recipe.Vocoder!.PitchOnly ? ["pitch", "voicing"] : ["pitch", "voicing", "spectrum"];

    public string ProductName => VocoderFile.Name;

    public IReadOnlyList<int[][]> Epoch(int epoch) => _batches.Epoch(epoch);

    public LearningBatch Build(int[] utterances, long step, int portion)
    {
        VocoderRecipe vocoder = _recipe.Vocoder!;
        Device device = _part.Store.Device;
        return new VocoderPortion(
            utterances, portion, vocoder.SegmentFrames,
            _batches.Heard(utterances, step, portion, device),
            vocoder.PitchOnly ? null : _batches.Made(utterances, step, portion, device));
    }

    public StepOutcome Step(IReadOnlyList<LearningBatch> batches, long step, bool learn = true)
    {
        _part.Store.Training = true;
        return _gradient.Take(Parts, batches, step, learn, (batch, _) =>
        {
            VocoderPortion given = (VocoderPortion)batch;
            return Terms(given.Batch, given.Heard, _inTurn[step % 2], step, _batches.Place(given.Portion, 0));
        });
    }

    public double[]? Evaluate()
    {
        _part.Store.Training = false;
        return _batches.Measure(_part.Store.Device, _group, batch => LossTerm.Values(
            Terms(_recipe.Vocoder!.PitchOnly ? null : batch, batch, _distance, 1, 0)));
    }

    public void SaveProduct(string path, long step) => VocoderFile.Save(
        path, new(_recipe.Vocoder!.Harmonic, _mel, step, _batches.Speakers),
        _part.Average?.Values ?? _part.Store.Parameters);

    public void Dispose()
    {
        _gradient.Dispose();
        _part.Dispose();
    }

    /// <summary>In the order of <see cref="LossNames"/>.</summary>
    private LossTerm[] Terms(VocoderBatch? batch, VocoderBatch heard, SpectralDistance distance, long seed, int place)
    {
        var (classes, voicing) = PitchLosses(heard);
        LossTerm[] pitch = [new(classes, LossUnit.Frame), new(voicing, LossUnit.Utterance)];
        if (batch is null)
            return pitch;
        FrameFilter filter = _network.Filter(batch.Mel, batch.Octave, batch.Voiced);
        SoundSpectra recorded = distance.Of(Whole(batch.Signal));
        SoundSpectra made = distance.Of(Whole(Make(filter, batch, 2 * seed, place)));
        SoundSpectra again = distance.Of(Whole(Make(filter, batch, 2 * seed + 1, place)));
        return [.. pitch, new(SpectralDistance.Energy(recorded, made, again), LossUnit.Utterance)];
    }

    /// <summary>Cross entropies of the pitch's class where there is one, and of whether there is.</summary>
    private (Tensor Classes, Tensor Voicing) PitchLosses(VocoderBatch batch)
    {
        MelPitch pitch = _network.Pitch(batch.Mel);
        float[] octave = batch.Octave.ToArray(), voiced = batch.Voiced.ToArray();
        float[] targets = new float[octave.Length * PitchScale.Count];
        for (int frame = 0; frame < octave.Length; frame++)
        {
            if (voiced[frame] > 0)
                PitchScale.Aim(octave[frame], targets.AsSpan(frame * PitchScale.Count, PitchScale.Count));
        }
        Tensor aim = Tensor.From<float>(targets, pitch.Scores.Shape).To(pitch.Scores.Device);
        return (
            -(pitch.Scores.LogSoftmax(2) * aim).Sum() / (batch.Voiced.Sum() + 1),
            (pitch.Voicing.Softplus() - pitch.Voicing * batch.Voiced).Mean());
    }

    /// <summary>A sound for a batch, [B, T hops].</summary>
    private Tensor Make(FrameFilter filter, VocoderBatch batch, long seed, int place)
    {
        int reach = _mel.ReachSamples, hop = _mel.HopSamples, frames = batch.Mel.Size(1);
        int made = (batch.Octaves[0].Length - 2) * hop, used = frames * hop + 2 * reach;
        int items = batch.Octaves.Length;
        float[] pulses = new float[items * used], noise = new float[items * used];
        Parallel.For(0, items, item =>
        {
            float[] tone = new float[made], hiss = new float[made];
            new Excitation(_mel.SampleRate, hop, _batches.Seed(seed, place + item))
                .Next(batch.Octaves[item], tone, hiss);
            int first = (made - used) / 2;
            tone.AsSpan(first, used).CopyTo(pulses.AsSpan(item * used));
            hiss.AsSpan(first, used).CopyTo(noise.AsSpan(item * used));
        });
        Device device = batch.Mel.Device;
        Tensor sound = _sound.Shape(
            filter, Tensor.From<float>(pulses, items, used).To(device),
            Tensor.From<float>(noise, items, used).To(device));
        return sound.Slice(1, reach, reach + frames * hop);
    }

    /// <summary>Without the samples at both ends that no window shows whole.</summary>
    private Tensor Whole(Tensor signal)
    {
        int edge = _mel.ReachSamples;
        return signal.Slice(1, edge, signal.Size(1) - edge);
    }
}
