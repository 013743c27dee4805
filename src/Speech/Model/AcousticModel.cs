using Kouyin.Speech.Model.Accent;
using Kouyin.Speech.Model.Alignment;
using Kouyin.Speech.Model.Decoder;
using Kouyin.Speech.Model.Decoder.Flow1d;
using Kouyin.Speech.Model.Encoder;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Model;

/// <summary>Symbols to mels. Two verbs: <see cref="Losses"/> to learn, <see cref="Speak"/> to use.</summary>
/// <remarks>Popov et al. 2021, "Grad-TTS", sections 3 and 4.</remarks>
public sealed class AcousticModel
{
    private const float LongestSymbolFrames = 600; // one wild duration must not ask for gigabytes
    private const int FrameMultiple = 4;           // both decoders halve the frame rate twice

    private readonly AcousticConfig _config;
    private readonly AcousticShape _shape;
    private readonly VectorTable? _speakers;
    private readonly VectorTable? _accents;
    private readonly AccentTokens? _tokens;
    private readonly TextEncoder _encoder;

    /// <summary>Takes its parameters from <paramref name="p"/>.</summary>
    /// <param name="p">The root of the store.</param>
    /// <param name="config">What the recipe decides.</param>
    /// <param name="shape">What the data decides.</param>
    public AcousticModel(Params p, AcousticConfig config, AcousticShape shape)
    {
        _config = config;
        _shape = shape;
        ConditionWidths widths = config.Widths(shape.Speakers);
        if (widths.Speaker > 0)
        {
            _speakers = new(
                p / "spk_emb", shape.Speakers, widths.Speaker, config.Speaker.Source == SpeakerSource.Vector);
        }
        if (config.Accent.Source == AccentSource.Tokens)
            _tokens = new(p / AccentTokens.Place, config.Accent, shape.Mels, shape.Accents);
        else if (widths.Accent > 0)
            _accents = new(p / "acc_emb", shape.Accents, widths.Accent, config.Accent.Source == AccentSource.Vector);
        _encoder = new(p / "encoder", config.Encoder, shape.Symbols, shape.Mels, widths);
        Decoder = config.Decoder switch
        {
            DecoderKind.Score2d => new Score2d(
                p / "decoder", config.Score2d, config.DecoderConditioning, shape.Mels, widths),
            DecoderKind.Flow1d => new FlowMatching(
                p / "decoder", config.Flow1d, config.DecoderConditioning, shape.Mels, widths),
            _ => throw new ArgumentOutOfRangeException(nameof(config), config.Decoder, "no such decoder"),
        };
    }

    internal IDecoder Decoder { get; }

    /// <summary>The losses of a batch, each one number.</summary>
    /// <param name="batch">Utterances, on the model's device.</param>
    /// <param name="random">Draws segments, points in time and noise.</param>
    public Losses Losses(Batch batch, Generator random)
    {
        HeardAccent? heard = _tokens is null ? null : Hear(
            batch.References ?? throw new ArgumentException("tokens need references", nameof(batch)));
        Aligned aligned = Align(batch, Condition(batch.Speakers, batch.Accents, heard?.Style));
        long[] starts = DrawStarts(batch, random);
        var (mel, mean, mask) = Cut(aligned, batch.FrameCounts, starts);
        using Stage stage = Stages.Enter("decoder");
        return new(
            aligned.DurationLoss, Prior(mel, mean, mask),
            Decoder.Loss(mel, mean, mask, aligned.Conditions, random))
        {
            SymbolMeans = aligned.Mean,
            Heard = heard,
            Accents = heard is not null && _config.Accent.Loss != AccentLossKind.None
                ? AccentLosses(heard, batch.Accents!) : null,
        };
    }

    /// <summary>What the accent tokens make of recordings.</summary>
    /// <exception cref="InvalidOperationException">The model has no tokens.</exception>
    public HeardAccent Hear(Recordings recordings) => (_tokens ?? throw new InvalidOperationException("no tokens"))
        .Forward(_shape.Normalized(recordings), recordings.FrameCounts);

    /// <summary>Puts in vectors that the model is given and does not learn.</summary>
    /// <param name="speakers">Row by row, [speakers, E]; null leaves them.</param>
    /// <param name="accents">Row by row, [accents, A]; null leaves them.</param>
    internal void Give(float[]? speakers, float[]? accents)
    {
        if (speakers is not null)
            _speakers?.Give(speakers);
        if (accents is not null)
            _accents?.Give(accents);
    }

    /// <summary>The vectors of speakers and accents that the model knows.</summary>
    /// <param name="speakers">[B], int64; null for a model of one speaker.</param>
    /// <param name="accents">[B], int64; null for a model that knows no accents.</param>
    /// <param name="style">The accents' vectors in a model with accent tokens, [B, A]: what <see cref="Hear"/> gave, or
    /// an <see cref="AccentMemory"/>; else null.</param>
    public Conditions Condition(Tensor? speakers, Tensor? accents, Tensor? style = null) => new(
        _speakers?.Forward(speakers ?? throw new ArgumentNullException(nameof(speakers))),
        _tokens is not null ? style ?? throw new ArgumentNullException(nameof(style))
            : _accents?.Forward(accents ?? throw new ArgumentNullException(nameof(accents))));

    /// <summary>Speaks. Gradients are off inside.</summary>
    /// <param name="symbols">Ids, [B, S], int64.</param>
    /// <param name="symbolCounts">Real symbols of each.</param>
    /// <param name="conditions">Who speaks and in which accent, as <see cref="Condition"/> has it.</param>
    /// <param name="options">How.</param>
    /// <param name="random">Draws the noise.</param>
    public Spoken Speak(
        Tensor symbols, long[] symbolCounts, Conditions conditions, SpeakOptions options, Generator random)
    {
        using NoGrad noGrad = new();
        Planned plan = Plan(symbols, symbolCounts, conditions, options);
        Tensor mel = Decoder.Sample(plan.Mean, plan.Mask, conditions, options.Sample, random);
        int longest = plan.FrameCounts.Max();
        return new(
            Restore(mel).Slice(1, 0, longest), Restore(plan.Mean).Slice(1, 0, longest), plan.FrameCounts,
            plan.Durations);
    }

    /// <summary>What the text says of each symbol.</summary>
    /// <returns>Means, [B, S, M], and ln of frames, [B, S, 1]; both zero on padding.</returns>
    internal (Tensor Mean, Tensor LogDurations) Encode(Tensor symbols, long[] symbolCounts, Conditions conditions)
    {
        using Stage stage = Stages.Enter("encoder");
        return _encoder.Forward(symbols, LengthMask(symbolCounts, symbols.Size(1), symbols.Device), conditions);
    }

    /// <summary>Decides how long everything lasts and what the text says of each frame.</summary>
    internal Planned Plan(Tensor symbols, long[] symbolCounts, Conditions conditions, SpeakOptions options)
    {
        var (batch, count) = symbols.Sizes2("[B, S]");
        var (symbolMean, logDurations) = Encode(symbols, symbolCounts, conditions);
        float[] durations = Frames(logDurations, symbolCounts, options);
        int[] frameCounts = [.. Enumerable.Range(0, batch)
            .Select(item => Math.Max(1, (int)durations.AsSpan(item * count, count).ToArray().Sum()))];

        int frames = RoundUp(frameCounts.Max());
        Tensor frameMask = LengthMask([.. frameCounts.Select(n => (long)n)], frames, symbols.Device);
        Tensor path = Expansion.SymbolOfFrame(durations, batch, frames).To(symbols.Device);
        Tensor mean = Expansion.ToFrames(symbolMean, path) * frameMask;
        return new(mean, frameMask, frameCounts, durations);
    }

    /// <summary>Aligns a batch with what the encoder says of it.</summary>
    internal Aligned Align(Batch batch, Conditions conditions)
    {
        Tensor mel = _shape.Normalized(new(batch.Mel, batch.FrameCounts));
        var (mean, logDurations) = Encode(batch.Symbols, batch.SymbolCounts, conditions);
        Tensor mask = LengthMask(batch.SymbolCounts, mean.Size(1), mean.Device);
        float[] durations = SearchDurations(mean, mel, batch);
        Tensor target = (Tensor.From<float>(durations, batch.Symbols.Shape).To(mel.Device).Unsqueeze(2) + 1e-8).Log();
        Tensor error = (logDurations - target * mask) * mask;
        return new(mel, mean, durations, error.Square().Sum() / batch.SymbolCounts.Sum(), conditions);
    }

    /// <summary>Cuts the decoder's segment out of every utterance and lays the means along its frames.</summary>
    /// <param name="aligned">From <see cref="Align"/>.</param>
    /// <param name="frameCounts">Real frames of each.</param>
    /// <param name="starts">First frame of each segment.</param>
    /// <returns>Mel and mean, [B, T', M], zero on padding, and their mask, [B, T', 1].</returns>
    internal (Tensor Mel, Tensor Mean, Tensor Mask) Cut(Aligned aligned, long[] frameCounts, long[] starts)
    {
        var (batch, frames, _) = aligned.Mel.Sizes3("[B, T, M]");
        int size = SegmentSize(frames);
        Tensor path = Expansion.SymbolOfFrame(aligned.Durations, batch, Math.Max(frames, size));
        long[] places = new long[batch * size];
        for (int k = 0; k < places.Length; k++)
            places[k] = Math.Min(starts[k / size] + k % size, frames - 1);
        Tensor index = Tensor.From<long>(places, batch, size);
        Tensor mask = LengthMask(
            [.. frameCounts.Select(n => Math.Min(n, size))], size, aligned.Mel.Device);
        Tensor mel = Expansion.ToFrames(aligned.Mel, index.To(aligned.Mel.Device)) * mask;
        Tensor symbolOf = path.Gather(1, index).To(aligned.Mel.Device);
        return (mel, Expansion.ToFrames(aligned.Mean, symbolOf) * mask, mask);
    }

    /// <summary>-ln N(mel; mean, I), the mean over real frames and bands.</summary>
    internal static Tensor Prior(Tensor mel, Tensor mean, Tensor mask)
    {
        Tensor error = ((mel - mean).Square() + Math.Log(2 * Math.PI)) * mask;
        return 0.5 * error.Sum() / (mask.Sum() * mel.Size(2));
    }

    private Tensor AccentLosses(HeardAccent heard, Tensor accents) =>
        new ClassLoss(_config.Accent.LabelSmoothing, _config.Accent.FocalGamma)
            .Of(_tokens!.LogProbabilities(heard), accents);

    private static float[] SearchDurations(Tensor mean, Tensor mel, Batch batch)
    {
        using Stage stage = Stages.Enter("alignment");
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        Tensor scores = MonotonicAlignment.Scores(mean.To(DType.Float32), mel);
        return MonotonicAlignment.Durations(scores, batch.SymbolCounts, batch.FrameCounts);
    }

    private long[] DrawStarts(Batch batch, Generator random)
    {
        int size = SegmentSize(batch.Mel.Size(1));
        float[] share = Tensor.Rand([batch.FrameCounts.Length], random, batch.Mel.Device).ToArray();
        return [.. batch.FrameCounts.Select((n, item) => (long)(share[item] * (Math.Max(0, n - size) + 1)))];
    }

    private int SegmentSize(int frames) => _config.SegmentFrames > 0 ? _config.SegmentFrames : RoundUp(frames);

    private static float[] Frames(Tensor logDurations, long[] symbolCounts, SpeakOptions options)
    {
        if (options.Durations is { } given)
            return [.. given];
        float[] frames = logDurations.ToArray();
        int count = frames.Length / symbolCounts.Length;
        for (int k = 0; k < frames.Length; k++)
        {
            float natural = Math.Min(MathF.Exp(frames[k]), LongestSymbolFrames);
            float scaled = options.ReferenceDurations
                ? MathF.Ceiling(natural) * (float)(1 / options.Speed)
                : MathF.Max(1, MathF.Round(natural / (float)options.Speed));
            frames[k] = k % count < symbolCounts[k / count] ? scaled : 0;
        }
        return frames;
    }

    private Tensor Restore(Tensor mel) => mel * _shape.MelDeviation + _shape.MelMean;

    private static Tensor LengthMask(long[] lengths, int size, Device device) =>
        Mask.FromLengths(Tensor.From<long>(lengths, lengths.Length), size).To(device);

    private static int RoundUp(int frames) => (frames + FrameMultiple - 1) / FrameMultiple * FrameMultiple;

    /// <summary>A batch with its alignment.</summary>
    /// <param name="Mel">Normalized, [B, T, M], zero on padding.</param>
    /// <param name="Mean">Means of symbols, [B, S, M].</param>
    /// <param name="Durations">Whole frames of every symbol, row by row, [B, S].</param>
    /// <param name="DurationLoss">One number.</param>
    /// <param name="Conditions">What the encoder was told, for the decoder.</param>
    internal sealed record Aligned(
        Tensor Mel, Tensor Mean, float[] Durations, Tensor DurationLoss, Conditions Conditions);

    /// <summary>What is to be spoken, before the decoder.</summary>
    /// <param name="Mean">What the text says of each frame, normalized, [B, T, M], zero on padding.</param>
    /// <param name="Mask">1 on real frames and 0 on padding, [B, T, 1].</param>
    /// <param name="FrameCounts">Real frames of each.</param>
    /// <param name="Durations">Frames of every symbol, row by row, [B, S].</param>
    internal sealed record Planned(Tensor Mean, Tensor Mask, int[] FrameCounts, float[] Durations);
}
