namespace Kouyin.Speech.Evaluation;

/// <summary>How two pitch tracks differ, summed so that many utterances can be added.</summary>
/// <remarks>
/// Chu and Alwan 2009, "Reducing F0 frame error": pitches more than 20 % apart, mostly octaves where a voice creaks,
/// are counted as gross errors and left out of the mean.
/// </remarks>
/// <param name="SquaredLogs">Sum of squared differences of ln F0 where both are voiced, but for gross errors.</param>
/// <param name="Compared">How many frames those are.</param>
/// <param name="Gross">Frames that both have voiced, at pitches more than 20 % apart.</param>
/// <param name="VoicingErrors">Frames that one has voiced and the other not.</param>
/// <param name="Frames">All frames.</param>
public readonly record struct PitchErrors(
    double SquaredLogs, int Compared, int Gross, int VoicingErrors, int Frames)
{
    private static readonly double GrossLog = Math.Log(1.2);

    /// <summary>Frames that both have voiced.</summary>
    public int BothVoiced => Compared + Gross;

    /// <summary>Compares two tracks frame by frame, as far as both go.</summary>
    /// <param name="recorded">Hertz, 0 where unvoiced.</param>
    /// <param name="made">Likewise.</param>
    public static PitchErrors Between(ReadOnlySpan<float> recorded, ReadOnlySpan<float> made)
    {
        PitchErrors errors = default;
        for (int frame = 0; frame < Math.Min(recorded.Length, made.Length); frame++)
            errors += Of(recorded[frame], made[frame]);
        return errors;
    }

    /// <summary>Compares two tracks along an alignment.</summary>
    /// <param name="recorded">Hertz, 0 where unvoiced.</param>
    /// <param name="made">Likewise.</param>
    /// <param name="path">Frames of the one and the other.</param>
    public static PitchErrors Between(
        ReadOnlySpan<float> recorded, ReadOnlySpan<float> made, IReadOnlyList<(int First, int Second)> path)
    {
        PitchErrors errors = default;
        foreach ((int first, int second) in path)
            errors += Of(recorded[first], made[second]);
        return errors;
    }

    /// <summary>The sum of two counts.</summary>
    public static PitchErrors operator +(PitchErrors a, PitchErrors b) => new(
        a.SquaredLogs + b.SquaredLogs, a.Compared + b.Compared, a.Gross + b.Gross,
        a.VoicingErrors + b.VoicingErrors, a.Frames + b.Frames);

    /// <summary>Whether both are voiced, at pitches not more than 20 % apart.</summary>
    internal static bool Comparable(float recorded, float made) =>
        recorded > 0 && made > 0 && Math.Abs(Math.Log(made / recorded)) <= GrossLog;

    private static PitchErrors Of(float recorded, float made)
    {
        if (Comparable(recorded, made))
            return new(Math.Log(made / recorded) * Math.Log(made / recorded), 1, 0, 0, 1);
        if (recorded > 0 && made > 0)
            return new(0, 0, 1, 0, 1);
        return new(0, 0, 0, recorded > 0 != made > 0 ? 1 : 0, 1);
    }
}
