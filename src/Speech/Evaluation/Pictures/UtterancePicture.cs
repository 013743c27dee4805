using Kouyin.Speech.Data;
using Kouyin.Speech.Model;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>A recording beside what a voice makes of its phones: mels, the alignment, the encoder's mean.</summary>
public static class UtterancePicture
{
    private const double Left = 56;
    private const double PixelsPerFrame = 5;
    private const double MelHeight = 160;

    /// <summary>Draws an utterance.</summary>
    /// <param name="voice">A voice that knows the utterance's speaker.</param>
    /// <param name="corpus">Prepared with the voice's mel settings and phones.</param>
    /// <param name="index">Which of its utterances.</param>
    /// <param name="options">How to speak.</param>
    /// <returns>An SVG picture.</returns>
    public static string Draw(Voice voice, PreparedCorpus corpus, int index, SayOptions options)
    {
        PreparedUtterance utterance = corpus.Utterances[index];
        int bands = corpus.Info.Mel.Bands;
        options = voice.Info.Like(utterance, options);
        using TensorScope scope = new();
        AlignedUtterance aligned = voice.Align(utterance.Phones, corpus.Mel(index), options);
        Spoken spoken = voice.Speak(utterance.Phones, options);
        float[] real = corpus.Mel(index).ToArray();
        (float Low, float High) range = (real.Min(), real.Max());
        string[] symbols = voice.Symbols(utterance.Phones);

        Svg svg = new();
        svg.Text(8, svg.Top + 14, $"{utterance.Speaker} {utterance.Id} ({string.Join(' ', utterance.Reading)})", 15);
        svg.Skip(24);
        MelPanel(svg, "recorded", real, bands, range, symbols, aligned.Durations);
        AlignmentPanel(svg, aligned, symbols.Length);
        MelPanel(svg, "spoken", spoken.Mel.ToArray(), bands, range, symbols, spoken.Durations);
        MelPanel(svg, "the encoder's mean alone", spoken.Mean.ToArray(), bands, range, symbols, spoken.Durations);
        return svg.ToString();
    }

    private static void MelPanel(
        Svg svg, string title, float[] mel, int bands, (float Low, float High) range, string[] symbols,
        float[] durations)
    {
        int frames = mel.Length / bands;
        svg.Text(8, svg.Top + 12, title);
        svg.Skip(18);
        svg.Image(
            Heat.Png(Heat.Transposed(mel, bands), frames, range.Low, range.High),
            Left, svg.Top, frames * PixelsPerFrame, MelHeight);
        svg.Text(Left - 4, svg.Top + MelHeight, "0", 10, "end");
        svg.Text(Left - 4, svg.Top + 10, "8 kHz", 10, "end");
        double x = Left;
        for (int k = 0; k < symbols.Length; k++)
        {
            double width = durations[k] * PixelsPerFrame;
            if (symbols[k].Length > 0 && width > 0)
                svg.Text(x + width / 2, svg.Top + MelHeight + 13, symbols[k], 10, "middle");
            x += width;
            svg.Line([(x, svg.Top), (x, svg.Top + MelHeight)], "#ffffff", 0.4);
        }
        svg.Skip(MelHeight + 24);
    }

    /// <summary>
    /// How well each symbol explains each frame, each frame's best lightest, and the path that was found.
    /// </summary>
    private static void AlignmentPanel(Svg svg, AlignedUtterance aligned, int symbols)
    {
        const double rowHeight = 8;
        int frames = aligned.Scores.Length / symbols;
        float[] shown = new float[aligned.Scores.Length];
        for (int frame = 0; frame < frames; frame++)
        {
            ReadOnlySpan<float> row = aligned.Scores.AsSpan(frame * symbols, symbols);
            float best = Largest(row);
            for (int k = 0; k < symbols; k++)
                shown[k * frames + frame] = row[k] - best;
        }
        svg.Text(8, svg.Top + 12, "alignment: symbols upwards, frames to the right; the line is the path");
        svg.Skip(18);
        double height = symbols * rowHeight;
        svg.Image(Heat.Png(shown, frames, -60, 0), Left, svg.Top, frames * PixelsPerFrame, height);
        List<(double, double)> path = [];
        double x = Left;
        for (int k = 0; k < symbols; k++)
        {
            double y = svg.Top + height - (k + 0.5) * rowHeight;
            path.Add((x, y));
            path.Add((x += aligned.Durations[k] * PixelsPerFrame, y));
        }
        svg.Line(path, "#00d0ff", 2);
        svg.Skip(height + 16);
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        float largest = values[0];
        foreach (float value in values)
            largest = Math.Max(largest, value);
        return largest;
    }
}
