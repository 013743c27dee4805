using System.Globalization;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Data;

/// <summary>Finds recordings that no model should learn from.</summary>
internal static class SoundChecks
{
    // A sample at the limit is part of a clipped crest where so many follow each other.
    private const int ClippedRun = 3;
    private const float LimitWidth = 2f / 32768; // two steps of 16 bits

    // The limit is the recording's own peak, where that is at least this: levelling may come after clipping.
    private const float LeastLimit = 0.2f;

    /// <summary>Refuses what is no number, silent or clipped.</summary>
    /// <exception cref="RefusedException">It is.</exception>
    public static void Demand(Sound sound, PreparationRules rules)
    {
        float peak = 0;
        foreach (float sample in sound.Samples)
        {
            if (!float.IsFinite(sample))
                throw new RefusedException(RefusalReason.NotANumber, "a sample is no finite number");
            peak = Math.Max(peak, Math.Abs(sample));
        }
        double level = Loudness.SpeechLevelDb(sound.Samples, sound.SampleRate);
        if (level < rules.FaintestDb)
            throw new RefusedException(RefusalReason.Silent, Invariant($"{level:0} dB of full scale"));
        double clipped = ClippedShare(sound.Samples, peak);
        if (clipped > rules.MostClipped)
            throw new RefusedException(RefusalReason.Clipped, Invariant($"{100 * clipped:0.00} % of the samples"));
    }

    /// <summary>The share of samples that stand at the peak with others.</summary>
    private static double ClippedShare(float[] samples, float peak)
    {
        float limit = peak - LimitWidth;
        if (peak < LeastLimit)
            return 0;
        int clipped = 0, run = 0;
        float sign = 0;
        foreach (float sample in samples)
        {
            if (Math.Abs(sample) < limit)
            {
                run = 0;
                continue;
            }
            run = Math.Sign(sample) == sign ? run + 1 : 1;
            sign = Math.Sign(sample);
            clipped += run == ClippedRun ? ClippedRun : run > ClippedRun ? 1 : 0;
        }
        return (double)clipped / Math.Max(1, samples.Length);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
