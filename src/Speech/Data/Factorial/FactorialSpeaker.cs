namespace Kouyin.Speech.Data.Factorial;

/// <summary>A voice of the factorial corpus: everything of it but the accent.</summary>
/// <param name="Name">Such as <c>FAC01</c>.</param>
/// <param name="Variant">The voice variant of espeak-ng that it starts from.</param>
/// <param name="Gender">female or male.</param>
/// <param name="Formants">Factor on all frequencies of the spectrum: over 1 for a shorter vocal tract.</param>
/// <param name="MeanHz">The middle of the voice, Chao's level 3.</param>
/// <param name="RangeSemitones">From Chao's level 1 to level 5.</param>
/// <param name="SyllableSeconds">Mean length of a syllable that has a tone.</param>
public sealed record FactorialSpeaker(
    string Name, string Variant, string Gender, double Formants, double MeanHz, double RangeSemitones,
    double SyllableSeconds)
{
    /// <summary>Twelve that no measure of voice confuses: four speakers for the diagonal of each accent.</summary>
    public static IReadOnlyList<FactorialSpeaker> All { get; } =
    [
        new("FAC01", "f1", "female", 1.06, 205, 11, 0.21),
        new("FAC02", "m3", "male", 0.94, 108, 9, 0.23),
        new("FAC03", "linda", "female", 1.12, 250, 9, 0.19),
        new("FAC04", "m7", "male", 1.00, 128, 12, 0.20),
        new("FAC05", "steph", "female", 0.96, 185, 10, 0.24),
        new("FAC06", "m1", "male", 0.88, 95, 11, 0.21),
        new("FAC07", "Andrea", "female", 1.08, 236, 12, 0.225),
        new("FAC08", "m4", "male", 1.05, 142, 9, 0.185),
        new("FAC09", "belinda", "female", 1.00, 218, 13, 0.195),
        new("FAC10", "m5", "male", 0.91, 101, 12, 0.185),
        new("FAC11", "f1", "female", 1.20, 272, 10, 0.205),
        new("FAC12", "m6", "male", 0.97, 118, 10, 0.245),
    ];
}
