namespace Kouyin.Speech.Audio;

/// <summary>The middle of a period of a voice, or of a short piece of what has no voice.</summary>
/// <param name="Sample">Where.</param>
/// <param name="Period">Samples to the next; half the length of the grain around the mark.</param>
/// <param name="Voiced">Whether it is a period.</param>
internal readonly record struct PitchMark(int Sample, int Period, bool Voiced)
{
    private const double UnvoicedSeconds = 0.005;

    /// <summary>Marks a whole signal.</summary>
    /// <param name="samples">[N].</param>
    /// <param name="pitch">Hertz by frame, 0 where there is no voice.</param>
    /// <param name="config">Whose frames those are.</param>
    public static List<PitchMark> Of(ReadOnlySpan<float> samples, ReadOnlySpan<float> pitch, MelConfig config)
    {
        List<PitchMark> marks = [];
        int step = (int)(UnvoicedSeconds * config.SampleRate), at = 0;
        while (at < samples.Length)
        {
            float hertz = pitch.Length == 0 ? 0 : pitch[Math.Min(at / config.HopSamples, pitch.Length - 1)];
            bool voiced = hertz > 0, goesOn = voiced && marks.Count > 0 && marks[^1].Voiced;
            int period = voiced ? (int)Math.Round(config.SampleRate / hertz) : step;
            int mark = at;
            if (goesOn)
                mark = Peak(samples, at - period / 5, at + period / 5);
            else if (voiced)
                mark = Peak(samples, at, at + period);
            marks.Add(new(mark, period, voiced));
            at = mark + period;
        }
        return marks;
    }

    private static int Peak(ReadOnlySpan<float> samples, int from, int to)
    {
        int peak = Math.Clamp(from, 0, samples.Length - 1);
        for (int i = peak; i <= to && i < samples.Length; i++)
            peak = samples[i] > samples[peak] ? i : peak;
        return peak;
    }
}
