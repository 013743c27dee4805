using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>The last step: a mel becomes sound.</summary>
public interface IVocoder
{
    /// <summary>The mels that it was made for.</summary>
    MelConfig Mel { get; }

    /// <summary>Makes samples, a hop's worth for every frame.</summary>
    /// <param name="mel">[T, M], row after row, in the mel settings that the vocoder was made for.</param>
    /// <returns>[N], full scale is -1 to 1.</returns>
    float[] Samples(ReadOnlySpan<float> mel);

    /// <summary>
    /// The same samples piece by piece, each as soon as it can be had; all at once if it is no other way.
    /// </summary>
    /// <param name="mel">As for <see cref="Samples"/>.</param>
    IEnumerable<float[]> Pieces(ReadOnlyMemory<float> mel) => [Samples(mel.Span)];
}
