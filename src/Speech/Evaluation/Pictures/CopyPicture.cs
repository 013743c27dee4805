using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>A recording above what vocoders make of its mel, up to half the sample rate.</summary>
public static class CopyPicture
{
    private const double Left = 56, PixelsPerFrame = 2.5, Height = 170;

    /// <summary>Draws sounds that lie along each other.</summary>
    /// <param name="title">Over all.</param>
    /// <param name="sampleRate">Of all sounds, in hertz.</param>
    /// <param name="sounds">Names and samples, the recording first.</param>
    /// <returns>An SVG picture.</returns>
    public static string Draw(string title, int sampleRate, IReadOnlyList<(string Name, float[] Samples)> sounds)
    {
        MelConfig fine = new() { SampleRate = sampleRate, HopSamples = 128, Bands = 160, HighHz = sampleRate / 2.0 };
        MelSpectrogram spectrogram = new(fine);
        Svg svg = new();
        svg.Text(8, svg.Top + 14, title, 15);
        svg.Skip(24);
        float[] recorded = spectrogram.Compute(sounds[0].Samples);
        (float low, float high) = (recorded.Min(), recorded.Max());
        foreach ((string name, float[] samples) in sounds)
        {
            float[] mel = spectrogram.Compute(samples);
            int frames = mel.Length / fine.Bands;
            svg.Text(8, svg.Top + 12, name);
            svg.Skip(18);
            svg.Image(
                Heat.Png(Heat.Transposed(mel, fine.Bands), frames, low, high), Left, svg.Top, frames * PixelsPerFrame,
                Height);
            svg.Text(Left - 4, svg.Top + Height, "0", 10, "end");
            svg.Text(Left - 4, svg.Top + 10, $"{sampleRate / 2000.0:0.#} kHz", 10, "end");
            svg.Skip(Height + 12);
        }
        return svg.ToString();
    }
}
