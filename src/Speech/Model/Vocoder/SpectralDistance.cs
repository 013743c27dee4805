using Kouyin.Torch;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>
/// How unlike two sounds are, and how unlike a sound is to what a random generator makes, from magnitudes of several
/// window lengths.
/// </summary>
/// <remarks>
/// Yamamoto et al. 2020, "Parallel WaveGAN", section 2.2, for the windows; Gritsenko et al. 2020, "A spectral energy
/// distance for parallel speech synthesis", equation 5, for generators: of two sounds that it makes for one mel, each
/// should be as near the recording as they are to each other. Without the last term a generator would rather buzz
/// than hiss, since a steady magnitude is nearer to a random one than another random one is.
/// </remarks>
public sealed class SpectralDistance
{
    // In power: about the quietest that 16 bits hold. It keeps silence from weighing as much as speech.
    private const double PowerOffset = 1e-7;

    private readonly ShortTimeFourier[] _transforms;

    /// <summary>Prepares windows.</summary>
    /// <param name="sizes">Window lengths in samples; each moves by a quarter.</param>
    public SpectralDistance(IReadOnlyList<int> sizes) =>
        _transforms = [.. sizes.Select(size => new ShortTimeFourier(size, size / 4))];

    /// <summary>Magnitudes of every window length.</summary>
    /// <param name="signal">[B, N].</param>
    public SoundSpectra Of(Tensor signal) =>
        new([.. _transforms.Select(transform => transform.Forward(signal).Magnitude(PowerOffset))]);

    /// <summary>The distance of two sounds.</summary>
    /// <param name="recorded">Whose magnitude is the measure of the linear part.</param>
    /// <param name="made">The other.</param>
    public static Tensor Between(SoundSpectra recorded, SoundSpectra made) => Sum(recorded, recorded, made);

    /// <summary>The energy distance of a recording and a generator that made two sounds for it.</summary>
    public static Tensor Energy(SoundSpectra recorded, SoundSpectra made, SoundSpectra again) =>
        Sum(recorded, recorded, made) + Sum(recorded, recorded, again) - Sum(recorded, made, again);

    private static Tensor Sum(SoundSpectra measure, SoundSpectra a, SoundSpectra b)
    {
        Tensor? sum = null;
        for (int k = 0; k < measure.Magnitudes.Count; k++)
        {
            Tensor logarithmic = (a.Logarithms[k] - b.Logarithms[k]).Abs().Mean();
            Tensor linear = (a.Magnitudes[k] - b.Magnitudes[k]).Abs().Mean() / measure.Means[k];
            sum = sum is null ? logarithmic + linear : sum + logarithmic + linear;
        }
        return sum! / measure.Magnitudes.Count;
    }
}

/// <summary>Magnitudes of a sound, a tensor [B, T, K] for every window length.</summary>
public sealed class SoundSpectra(IReadOnlyList<Tensor> magnitudes)
{
    /// <summary>The magnitudes.</summary>
    public IReadOnlyList<Tensor> Magnitudes { get; } = magnitudes;

    /// <summary>Their logarithms.</summary>
    public IReadOnlyList<Tensor> Logarithms { get; } = [.. magnitudes.Select(magnitude => magnitude.Log())];

    /// <summary>The mean of each.</summary>
    internal IReadOnlyList<Tensor> Means { get; } =
        [.. magnitudes.Select(magnitude => magnitude.StopGradient().Mean())];
}
