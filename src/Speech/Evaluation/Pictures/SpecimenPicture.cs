using System.Globalization;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Voices;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>A specimen as an SVG picture: mels with their phones and pitch, and the alignment.</summary>
public static class SpecimenPicture
{
    internal const double LowestHz = PitchTracker.LowestHz, HighestHz = PitchTracker.HighestHz;

    private const double Left = 56, PixelsPerSecond = 430, MelHeight = 160;
    private const string PitchColour = "#39d7ff";

    /// <summary>Draws a specimen.</summary>
    /// <param name="specimen">What to draw.</param>
    /// <param name="title">Whether its name stands over it.</param>
    /// <returns>An SVG picture.</returns>
    public static string Draw(Specimen specimen, bool title = true)
    {
        Svg svg = new();
        if (title)
        {
            svg.Text(8, svg.Top + 14, $"{specimen.Speaker} {specimen.Id} ({specimen.Said})", 15);
            svg.Skip(24);
        }
        float[] recorded = specimen.Parts[0].Mel;
        (float Low, float High) range = (recorded.Min(), recorded.Max());
        double width = PixelsPerSecond / specimen.Mel.FrameRate;
        for (int k = 0; k < specimen.Parts.Count; k++)
        {
            MelPanel(svg, specimen, specimen.Parts[k], range, width);
            if (k == 0 && specimen.Alignment is { } aligned)
                AlignmentPanel(svg, aligned, specimen.Symbols.Count, width);
        }
        return svg.ToString();
    }

    private static void MelPanel(
        Svg svg, Specimen specimen, SpecimenPart part, (float Low, float High) range, double frameWidth)
    {
        int bands = specimen.Mel.Bands, frames = part.Mel.Length / bands;
        bool pitch = part.Hertz.Any(hertz => hertz > 0);
        svg.Text(8, svg.Top + 12, pitch ? $"{part.Name}; the line is its pitch" : part.Name);
        svg.Skip(18);
        svg.Image(
            Heat.Png(Heat.Transposed(part.Mel, bands), frames, range.Low, range.High), Left, svg.Top,
            frames * frameWidth, MelHeight);
        svg.Text(Left - 4, svg.Top + MelHeight, "0", 10, "end");
        svg.Text(Left - 4, svg.Top + 10, F($"{specimen.Mel.HighHz / 1000:0.#} kHz"), 10, "end");
        Phones(svg, specimen.Symbols, part.Durations, frameWidth);
        foreach (List<(double, double)> stretch in Stretches(part.Hertz, svg.Top, frameWidth))
            svg.Line(stretch, PitchColour, 2);
        if (pitch)
        {
            double right = Left + frames * frameWidth - 4;
            svg.Text(right, svg.Top + 10, F($"{HighestHz:0} Hz"), 10, "end", PitchColour);
            svg.Text(right, svg.Top + MelHeight - 2, F($"{LowestHz:0} Hz"), 10, "end", PitchColour);
        }
        svg.Skip(MelHeight + (part.Durations.Length > 0 ? 24 : 12));
    }

    private static void Phones(Svg svg, IReadOnlyList<string> symbols, float[] durations, double frameWidth)
    {
        double x = Left;
        for (int k = 0; k < durations.Length; k++)
        {
            double width = durations[k] * frameWidth;
            if (symbols[k].Length > 0 && width > 0)
                svg.Text(x + width / 2, svg.Top + MelHeight + 13, symbols[k], 10, "middle");
            x += width;
            svg.Line([(x, svg.Top), (x, svg.Top + MelHeight)], "#ffffff", 0.4);
        }
    }

    /// <summary>The pitch's line, broken where there is none; octaves are of equal height.</summary>
    private static IEnumerable<List<(double, double)>> Stretches(float[] hertz, double top, double frameWidth)
    {
        List<(double, double)> stretch = [];
        for (int frame = 0; frame <= hertz.Length; frame++)
        {
            if (frame < hertz.Length && hertz[frame] > 0)
            {
                stretch.Add((Left + (frame + 0.5) * frameWidth, top + MelHeight * (1 - Height(hertz[frame]))));
                continue;
            }
            if (stretch.Count > 1)
                yield return stretch;
            stretch = [];
        }
    }

    /// <summary>Where a pitch lies between the lowest and the highest, in octaves, in [0, 1].</summary>
    internal static double Height(double hertz) =>
        Math.Clamp(Math.Log(hertz / LowestHz) / Math.Log(HighestHz / LowestHz), 0, 1);

    /// <summary>
    /// How well each symbol explains each frame, each frame's best lightest, and the path that was found.
    /// </summary>
    private static void AlignmentPanel(Svg svg, AlignedUtterance aligned, int symbols, double frameWidth)
    {
        const double rowHeight = 8;
        int frames = aligned.Scores.Length / symbols;
        svg.Text(8, svg.Top + 12, "alignment: symbols upwards, frames to the right; the line is the path");
        svg.Skip(18);
        double height = symbols * rowHeight;
        svg.Image(
            Heat.Png(Shown(aligned, symbols), frames, WorstScore, 0), Left, svg.Top, frames * frameWidth, height);
        List<(double, double)> path = [];
        double x = Left;
        for (int k = 0; k < symbols; k++)
        {
            double y = svg.Top + height - (k + 0.5) * rowHeight;
            path.Add((x, y));
            path.Add((x += aligned.Durations[k] * frameWidth, y));
        }
        svg.Line(path, "#00d0ff", 2);
        svg.Skip(height + 16);
    }

    internal const double WorstScore = -60;

    /// <summary>Scores under each frame's best, [S, T].</summary>
    internal static float[] Shown(AlignedUtterance aligned, int symbols)
    {
        int frames = aligned.Scores.Length / symbols;
        float[] shown = new float[aligned.Scores.Length];
        for (int frame = 0; frame < frames; frame++)
        {
            ReadOnlySpan<float> row = aligned.Scores.AsSpan(frame * symbols, symbols);
            float best = Largest(row);
            for (int k = 0; k < symbols; k++)
                shown[k * frames + frame] = row[k] - best;
        }
        return shown;
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        float largest = values[0];
        foreach (float value in values)
            largest = Math.Max(largest, value);
        return largest;
    }

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
