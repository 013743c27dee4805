namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>
/// Pitch as classes, a third of a semitone each: where two octaves are both likely, a class is better than a mean.
/// </summary>
/// <remarks>As Kim et al. 2018, "CREPE", section 2.1: blurred targets, and the mean around the likeliest
/// class.</remarks>
internal static class PitchScale
{
    /// <summary>How many classes.</summary>
    public const int Count = Octaves * PerOctave;

    private const int Octaves = 4, PerOctave = 36;
    private const double LowestHz = 50, Blur = 1; // in classes
    private const int Neighbours = 3;

    private static readonly double Lowest = Excitation.Octave(LowestHz);

    /// <summary>Writes the probabilities that a network should give a pitch.</summary>
    /// <param name="octave">Around <see cref="Excitation.MiddleHz"/>.</param>
    /// <param name="target">[Count], zeros.</param>
    public static void Aim(double octave, Span<float> target)
    {
        double place = Math.Clamp((octave - Lowest) * PerOctave - 0.5, 0, Count - 1);
        int first = Math.Max(0, (int)place - Neighbours), last = Math.Min(Count - 1, (int)place + Neighbours + 1);
        double sum = 0;
        for (int k = first; k <= last; k++)
            sum += Bell(k - place);
        for (int k = first; k <= last; k++)
            target[k] = (float)(Bell(k - place) / sum);
    }

    /// <summary>The octave that scores say.</summary>
    /// <param name="scores">[Count] logarithms of probabilities, up to a constant.</param>
    public static float Read(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int k = 1; k < Count; k++)
            best = scores[k] > scores[best] ? k : best;
        double sum = 0, moment = 0;
        for (int k = Math.Max(0, best - Neighbours); k <= Math.Min(Count - 1, best + Neighbours); k++)
        {
            double weight = Math.Exp(scores[k] - scores[best]);
            (sum, moment) = (sum + weight, moment + weight * k);
        }
        return (float)(Lowest + (moment / sum + 0.5) / PerOctave);
    }

    private static double Bell(double distance) => Math.Exp(-0.5 * distance * distance / (Blur * Blur));
}
