using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>A trained harmonic vocoder in use. It owns its weights; one thread at a time.</summary>
public sealed class HarmonicVocoder : IVocoder, IDisposable
{
    // Long mels are made in blocks, so that a minute needs no more memory than ten seconds.
    private const int BlockFrames = 512;

    // A stream's pieces: under a second, and few enough that what neighbours share is not computed too often.
    private const int PieceFrames = 64;

    private readonly ParameterStore _store;

    internal HarmonicVocoder(HarmonicInfo info, ParameterStore store)
    {
        (Info, _store) = (info, store);
        Network = new(store.Root, info.Config, info.Mel);
        (Sound, Correction) = (new(info.Mel), new(info.Mel));
    }

    /// <summary>What the vocoder is.</summary>
    public HarmonicInfo Info { get; }

    /// <inheritdoc/>
    public MelConfig Mel => Info.Mel;

    internal HarmonicNetwork Network { get; }

    internal HarmonicSound Sound { get; }

    internal MelCorrection Correction { get; }

    internal Device Device => _store.Device;

    /// <inheritdoc/>
    public float[] Samples(ReadOnlySpan<float> mel)
    {
        HarmonicStream stream = new(this);
        List<float> samples = new(mel.Length / Mel.Bands * Mel.HopSamples);
        for (int block = BlockFrames * Mel.Bands; mel.Length > block; mel = mel[block..])
            samples.AddRange(stream.Next(mel[..block]));
        samples.AddRange(stream.End(mel));
        return [.. samples];
    }

    /// <inheritdoc/>
    public IEnumerable<float[]> Pieces(ReadOnlyMemory<float> mel)
    {
        HarmonicStream stream = new(this);
        for (int block = PieceFrames * Mel.Bands; mel.Length > block; mel = mel[block..])
        {
            if (stream.Next(mel.Span[..block]) is { Length: > 0 } piece)
                yield return piece;
        }
        yield return stream.End(mel.Span);
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();
}
