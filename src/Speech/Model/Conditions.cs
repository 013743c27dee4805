using Kouyin.Torch;

namespace Kouyin.Speech.Model;

/// <summary>Who speaks and in which accent, as vectors: all that the encoder and the decoder know of it.</summary>
/// <param name="Speaker">[B, E], or null in a model of one speaker, or of none that it tells apart.</param>
/// <param name="Accent">[B, A], or null in a model that knows no accents.</param>
public sealed record Conditions(Tensor? Speaker, Tensor? Accent)
{
    /// <summary>Neither.</summary>
    public static Conditions None { get; } = new(null, null);
}

/// <summary>Widths of the vectors of <see cref="Conditions"/>.</summary>
/// <param name="Speaker">E, or 0 where there is none.</param>
/// <param name="Accent">A, or 0 where there is none.</param>
public readonly record struct ConditionWidths(int Speaker, int Accent);
