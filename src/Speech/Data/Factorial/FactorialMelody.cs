using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data.Factorial;

/// <summary>The melody of an utterance: tones, the fall along each phrase, and some chance.</summary>
internal static class FactorialMelody
{
    private const double FallLevels = 0.8, LevelSpread = 0.2, SmoothSeconds = 0.03;

    /// <summary>Draws it.</summary>
    /// <param name="speaker">Whose voice it is.</param>
    /// <param name="accent">Whose tones they are.</param>
    /// <param name="syllables">Where they lie.</param>
    /// <param name="samples">N.</param>
    /// <param name="chance">Drawn from once a syllable, whatever the accent.</param>
    /// <returns>[N] hertz; the mean is that of the standard's tones, so that no accent makes a voice lower.</returns>
    public static double[] Hertz(
        FactorialSpeaker speaker, FactorialAccent accent, List<SyllablePlace> syllables, int samples, Random chance)
    {
        double[] shifts = [.. syllables.Select(_ => LevelSpread * (2 * chance.NextDouble() - 1))];
        double[] own = Levels(accent, syllables, shifts, samples);
        double[] standard = Levels(FactorialAccent.Standard, syllables, shifts, samples);
        double middle = 3 + VoicedMean(own, syllables) - VoicedMean(standard, syllables);
        double[] hertz = new double[samples];
        for (int i = 0; i < samples; i++)
            hertz[i] = speaker.MeanHz * Math.Pow(2, (own[i] - middle) / 4 * speaker.RangeSemitones / 12);
        return hertz;
    }

    private static double[] Levels(
        FactorialAccent accent, List<SyllablePlace> syllables, double[] shifts, int samples)
    {
        List<(int Sample, double Level)> points = [];
        int phraseStart = 0, phraseEnd = 0;
        for (int k = 0; k < syllables.Count; k++)
        {
            SyllablePlace syllable = syllables[k];
            bool first = k == 0 || syllables[k - 1].Final;
            if (first)
                (phraseStart, phraseEnd) = (syllable.Start, syllables.First(s => s.Final && s.End >= syllable.End).End);
            int before = first ? 0 : syllables[k - 1].Reading.Tone;
            foreach (TonePoint point in accent.Melody(syllable.Reading.Tone, before, syllable.Final))
            {
                int at = (int)(syllable.VoiceStart + point.Time * (syllable.VoiceEnd - 1 - syllable.VoiceStart));
                double fall = FallLevels * (0.5 - (double)(at - phraseStart) / (phraseEnd - phraseStart));
                points.Add((at, point.Level + shifts[k] + fall));
            }
        }
        return Smooth(Join(points, samples));
    }

    private static double VoicedMean(double[] levels, List<SyllablePlace> syllables) =>
        syllables.SelectMany(s => levels[s.VoiceStart..s.VoiceEnd]).DefaultIfEmpty().Average();

    private static double[] Join(List<(int Sample, double Level)> points, int samples)
    {
        double[] line = new double[samples];
        int next = 0;
        for (int i = 0; i < samples && points.Count > 0; i++)
        {
            while (next < points.Count && points[next].Sample <= i)
                next++;
            (int Sample, double Level) a = points[Math.Max(0, next - 1)];
            (int Sample, double Level) b = points[Math.Min(next, points.Count - 1)];
            double part = a.Sample >= b.Sample ? 0 : Math.Clamp((double)(i - a.Sample) / (b.Sample - a.Sample), 0, 1);
            line[i] = a.Level + part * (b.Level - a.Level);
        }
        return line;
    }

    /// <summary>A moving mean.</summary>
    private static double[] Smooth(double[] line)
    {
        int half = (int)(SmoothSeconds / 2 * Audio.MelConfig.Natural22k.SampleRate);
        double[] sums = new double[line.Length + 1], smooth = new double[line.Length];
        for (int i = 0; i < line.Length; i++)
            sums[i + 1] = sums[i] + line[i];
        for (int i = 0; i < line.Length; i++)
        {
            int from = Math.Max(0, i - half), to = Math.Min(line.Length, i + half + 1);
            smooth[i] = (sums[to] - sums[from]) / (to - from);
        }
        return smooth;
    }
}
