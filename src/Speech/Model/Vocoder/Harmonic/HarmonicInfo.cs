using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>What the file of a harmonic vocoder says of itself, beside its weights.</summary>
/// <param name="Config">Its sizes.</param>
/// <param name="Mel">The mels that it takes.</param>
/// <param name="Steps">Steps of its training.</param>
/// <param name="Speakers">Names of those it learnt from.</param>
public sealed record HarmonicInfo(HarmonicConfig Config, MelConfig Mel, long Steps, IReadOnlyList<string> Speakers)
{
    /// <summary>Version of the file's layout and of what its network does with the weights.</summary>
    public const int CurrentFormat = 2;

    /// <summary>Version of the file's layout, <see cref="CurrentFormat"/> where this program wrote it.</summary>
    public int Format { get; init; } = CurrentFormat;
}
