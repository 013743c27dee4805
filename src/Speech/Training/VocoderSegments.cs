using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder.Harmonic;
using Kouyin.Torch;

namespace Kouyin.Speech.Training;

/// <summary>Segments of recordings with their mels and pitch.</summary>
/// <param name="Mel">What the vocoder is given, [B, T, M]; rough for some.</param>
/// <param name="Signal">What it should make: the frames' hops, [B, T hops].</param>
/// <param name="Octave">log2 of the pitch over <see cref="Excitation.MiddleHz"/>, 0 where unvoiced, [B, T].</param>
/// <param name="Voiced">1 where voiced, [B, T].</param>
/// <param name="Octaves">The same pitch row by row with a few frames more on each side, NaN where unvoiced.</param>
internal sealed record VocoderBatch(Tensor Mel, Tensor Signal, Tensor Octave, Tensor Voiced, float[][] Octaves)
{
    /// <summary>All of it that is libtorch's.</summary>
    public IEnumerable<Tensor> Tensors => [Mel, Signal, Octave, Voiced];
}

/// <summary>Cuts segments out of recordings and changes them: level, speed, and how clean the mel is.</summary>
/// <remarks>All chance comes from the seed, the step and the place in the batch, so a run goes on bit for
/// bit.</remarks>
internal sealed class VocoderSegments
{
    private readonly PreparedCorpus _corpus;
    private readonly VocoderRecipe _recipe;
    private readonly MelConfig _mel;
    private readonly MelSpectrogram _spectrogram;
    private readonly int _reach, _margin;

    public VocoderSegments(PreparedCorpus corpus, VocoderRecipe recipe)
    {
        (_corpus, _recipe, _mel) = (corpus, recipe, corpus.Info.Mel);
        _spectrogram = new(_mel with { ReflectPadding = false });
        _reach = _mel.ReachSamples;
        _margin = 1 + (_reach + _mel.HopSamples - 1) / _mel.HopSamples; // under the windows, and one to glide from
    }

    /// <summary>Builds a batch of changed segments.</summary>
    /// <param name="utterances">Indices into the corpus.</param>
    /// <param name="random">One for each.</param>
    /// <param name="resample">Share by which segments go faster or slower at most; null leaves all as it is.</param>
    /// <param name="device">Where to put it.</param>
    public VocoderBatch Build(int[] utterances, Func<int, Random> random, double? resample, Device device)
    {
        int batch = utterances.Length, frames = _recipe.SegmentFrames, samples = frames * _mel.HopSamples;
        float[] mels = new float[batch * frames * _mel.Bands], signals = new float[batch * samples];
        float[] octave = new float[batch * frames], voiced = new float[batch * frames];
        float[][] octaves = new float[batch][];
        Parallel.For(0, batch, item =>
        {
            Random chance = random(item);
            bool changed = resample is not null && !_recipe.PreparedMels;
            double speed = changed ? Math.Pow(1 + resample!.Value, 2 * chance.NextDouble() - 1) : 1;
            double gain = changed ? Math.Pow(10, _recipe.GainDb * (2 * chance.NextDouble() - 1) / 20) : 1;
            double start = Start(utterances[item], speed, chance);
            float[] heard = Cut(utterances[item], start - _reach * speed, speed, gain, samples + 2 * _reach);
            heard.AsSpan(_reach, samples).CopyTo(signals.AsSpan(item * samples));
            Span<float> mel = mels.AsSpan(item * frames * _mel.Bands, frames * _mel.Bands);
            if (_recipe.PreparedMels)
                CopyMel(utterances[item], start, mel);
            else
                _spectrogram.Compute(heard, mel);
            if (changed && chance.NextDouble() < _recipe.RoughShare)
                Roughen(mel, chance);
            octaves[item] = Octaves(utterances[item], start, speed);
            for (int t = 0; t < frames; t++)
            {
                float value = octaves[item][t + _margin];
                (octave[item * frames + t], voiced[item * frames + t]) = float.IsNaN(value) ? (0, 0) : (value, 1);
            }
        });
        return new(
            Tensor.From<float>(mels, batch, frames, _mel.Bands).To(device),
            Tensor.From<float>(signals, batch, samples).To(device),
            Tensor.From<float>(octave, batch, frames).To(device), Tensor.From<float>(voiced, batch, frames).To(device),
            octaves);
    }

    /// <summary>A first sample for the segment: anywhere, so long as most of it lies in the recording.</summary>
    private double Start(int utterance, double speed, Random chance)
    {
        double spare = _corpus.Samples(utterance).Length - _recipe.SegmentFrames * _mel.HopSamples * speed;
        double start = spare > 0 ? chance.NextDouble() * spare : chance.NextDouble() * spare * 0.5;
        return _recipe.PreparedMels
            ? Math.Floor(start / _mel.HopSamples) * _mel.HopSamples + _mel.FirstSample
            : start;
    }

    /// <summary>Rows of the prepared mel, silence where it has none.</summary>
    private void CopyMel(int utterance, double start, Span<float> mel)
    {
        ReadOnlySpan<float> whole = _corpus.Mel(utterance);
        int first = (int)Math.Round((start - _mel.FirstSample) / _mel.HopSamples);
        mel.Fill(_mel.LowestValue);
        int from = Math.Max(0, first), to = Math.Min(whole.Length / _mel.Bands, first + mel.Length / _mel.Bands);
        if (from < to)
            whole[(from * _mel.Bands)..(to * _mel.Bands)].CopyTo(mel[((from - first) * _mel.Bands)..]);
    }

    /// <summary>Samples of the recording at another speed, silence where it has none.</summary>
    private float[] Cut(int utterance, double start, double speed, double gain, int count)
    {
        ReadOnlySpan<short> recording = _corpus.Samples(utterance);
        float[] samples = new float[count];
        SpeedChange change = new(speed, gain / 32768);
        for (int i = 0; i < count; i++)
            samples[i] = change.At(recording, start + i * speed);
        return samples;
    }

    /// <summary>The pitch of each frame of a segment and of a few more on each side.</summary>
    private float[] Octaves(int utterance, double start, double speed)
    {
        ReadOnlySpan<float> logs = _corpus.LogF0(utterance);
        float[] octaves = new float[_recipe.SegmentFrames + 2 * _margin];
        for (int t = 0; t < octaves.Length; t++)
        {
            double middle = start + (t - _margin + 0.5) * _mel.HopSamples * speed;
            octaves[t] = OctaveAt(logs, (middle - _mel.FirstSample) / _mel.HopSamples - 0.5, speed);
        }
        return octaves;
    }

    private static float OctaveAt(ReadOnlySpan<float> logs, double frame, double speed)
    {
        int before = (int)Math.Floor(frame);
        float low = At(logs, before), high = At(logs, before + 1);
        double value = low > 0 && high > 0
            ? low + (frame - before) * (high - low)
            : frame - before < 0.5 ? low : high;
        return value > 0 ? (float)Excitation.Octave(Math.Exp(value) * speed) : float.NaN;
    }

    private static float At(ReadOnlySpan<float> logs, int frame) =>
        (uint)frame < (uint)logs.Length ? logs[frame] : 0;

    /// <summary>Noise, and a blur over time and bands, of random strength.</summary>
    private void Roughen(Span<float> mel, Random chance)
    {
        double unit = _mel.Log == MelLog.Natural ? 1 : 1 / Math.Log(10);
        double noise = unit * _recipe.RoughNoise * chance.NextDouble();
        float overTime = (float)(chance.NextDouble() / 3), overBands = (float)(chance.NextDouble() / 3);
        float[] clean = mel.ToArray();
        Blur(clean, mel, _mel.Bands, overTime);
        mel.CopyTo(clean);
        Blur(clean, mel, 1, overBands);
        foreach (ref float value in mel)
        {
            double length = Math.Sqrt(-2 * Math.Log(1 - chance.NextDouble())); // Box and Muller
            double normal = length * Math.Cos(Math.Tau * chance.NextDouble());
            value = Math.Max(value + (float)(noise * normal), _mel.LowestValue);
        }
    }

    private static void Blur(ReadOnlySpan<float> from, Span<float> to, int stride, float share)
    {
        for (int i = stride; i < from.Length - stride; i++)
            to[i] = (1 - 2 * share) * from[i] + share * (from[i - stride] + from[i + stride]);
    }
}
