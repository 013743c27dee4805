namespace Kouyin.Speech.Model.Vocoder;

/// <summary>The last step: a mel becomes sound.</summary>
public interface IVocoder
{
    /// <summary>Makes samples, a hop's worth for every frame.</summary>
    /// <param name="mel">[T, M], row after row, in the mel settings that the vocoder was made for.</param>
    /// <returns>[N], full scale is -1 to 1.</returns>
    float[] Samples(ReadOnlySpan<float> mel);
}
