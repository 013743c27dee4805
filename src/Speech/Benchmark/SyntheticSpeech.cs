using Kouyin.Speech.Model;
using Kouyin.Torch;

namespace Kouyin.Speech.Benchmark;

/// <summary>Utterances that look like speech to a model: every symbol has a spectrum, heard through noise.</summary>
/// <param name="config">Sizes.</param>
/// <param name="random">Draws everything.</param>
internal sealed class SyntheticSpeech(BenchmarkConfig config, Random random)
{
    /// <summary>Symbols, the blank last.</summary>
    internal const int Symbols = 149;

    private const int Blank = 148, Mels = BenchmarkConfig.Mels;

    private float[]? _spectra;

    /// <summary>Makes a batch of utterances, the first of full length.</summary>
    /// <param name="vary">Lengths of the others are drawn from [1 - this, 1].</param>
    /// <returns>The batch, and the frames of every symbol, row by row.</returns>
    internal (Batch Batch, float[] Durations) Make(double vary)
    {
        long[] ids = new long[config.Batch * config.Tokens];
        float[] durations = new float[ids.Length];
        float[] mel = new float[config.Batch * config.Frames * Mels];
        long[] symbolCounts = new long[config.Batch], frameCounts = new long[config.Batch];
        for (int item = 0; item < config.Batch; item++)
        {
            double scale = item == 0 ? 1 : 1 - vary * random.NextDouble();
            int symbols = Math.Max(3, (int)(config.Tokens * scale));
            int frames = Math.Max(symbols, (int)(config.Frames * scale));
            (symbolCounts[item], frameCounts[item]) = (symbols, frames);
            Span<long> row = ids.AsSpan(item * config.Tokens, symbols);
            for (int k = 0; k < symbols; k++)
                row[k] = k % 2 == 0 ? Blank : random.Next(1, Blank);
            Span<float> lengths = durations.AsSpan(item * config.Tokens, symbols);
            Split(frames, lengths);
            Speak(row, lengths, mel.AsSpan(item * config.Frames * Mels, frames * Mels));
        }
        Tensor? speakers = config.Speakers > 1
            ? Tensor.From<long>([.. Enumerable.Range(0, config.Batch).Select(_ => random.NextInt64(config.Speakers))],
                config.Batch).To(config.Device)
            : null;
        Tensor symbolIds = Tensor.From<long>(ids, config.Batch, config.Tokens).To(config.Device);
        Tensor mels = Tensor.From<float>(mel, config.Batch, config.Frames, Mels).To(config.Device);
        return (new(symbolIds, symbolCounts, mels, frameCounts, speakers, null), durations);
    }

    /// <summary>Random durations, at least 1, that add up to the frames; a few long ones, as in speech.</summary>
    private void Split(int frames, Span<float> durations)
    {
        double[] ends = new double[durations.Length];
        double end = 0;
        for (int k = 0; k < ends.Length; k++)
            ends[k] = end -= Math.Log(Math.Max(random.NextDouble(), 1e-6));
        int before = 0;
        for (int k = 0; k < ends.Length; k++)
        {
            int cut = (int)Math.Round(ends[k] / end * (frames - ends.Length));
            durations[k] = cut - before + 1;
            before = cut;
        }
    }

    /// <summary>The symbols' spectra one after the other, smoothed over five frames, in noise.</summary>
    private void Speak(ReadOnlySpan<long> ids, ReadOnlySpan<float> durations, Span<float> mel)
    {
        float[] spectra = _spectra ??= Spectra();
        List<long> symbolOf = [];
        for (int k = 0; k < ids.Length; k++)
            symbolOf.AddRange(Enumerable.Repeat(ids[k], (int)durations[k]));
        for (int frame = 0; frame < symbolOf.Count; frame++)
        {
            for (int band = 0; band < Mels; band++)
            {
                double sum = 0;
                for (int near = frame - 2; near <= frame + 2; near++)
                    sum += spectra[symbolOf[Math.Clamp(near, 0, symbolOf.Count - 1)] * Mels + band];
                mel[frame * Mels + band] = (float)Math.Clamp(sum / 5 + 0.4 * Normal(), -11.5, 2);
            }
        }
    }

    /// <summary>A smooth spectrum for every symbol, [symbols, M].</summary>
    private float[] Spectra()
    {
        const int Smooth = 17;
        float[] spectra = new float[Symbols * Mels];
        for (int symbol = 0; symbol < Symbols; symbol++)
        {
            double[] raw = [.. Enumerable.Range(0, Mels + Smooth - 1).Select(_ => Normal())];
            for (int band = 0; band < Mels; band++)
                spectra[symbol * Mels + band] = (float)(raw.AsSpan(band, Smooth).ToArray().Average() * 7 - 5.5);
        }
        return spectra;
    }

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
