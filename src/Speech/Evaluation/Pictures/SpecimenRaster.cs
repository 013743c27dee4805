namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>A picture in pixels.</summary>
/// <param name="Png">The file.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record PixelPicture(byte[] Png, int Width, int Height);

/// <summary>A specimen as pictures in pixels, for viewers that know no SVG.</summary>
public static class SpecimenRaster
{
    private const int Scale = 2, Gap = 6, PitchRows = 160;

    /// <summary>The parts' mels, the recording's on top, all in its colours.</summary>
    public static PixelPicture Mels(Specimen specimen)
    {
        int bands = specimen.Mel.Bands, frames = specimen.Parts.Max(part => part.Mel.Length / bands);
        float[] recorded = specimen.Parts[0].Mel;
        (float low, float high) = (recorded.Min(), recorded.Max());
        Raster raster = new(Scale * frames, specimen.Parts.Count * (Scale * bands + Gap) - Gap);
        int top = 0;
        foreach (SpecimenPart part in specimen.Parts)
        {
            raster.Heat(Heat.Transposed(part.Mel, bands), part.Mel.Length / bands, low, high, top, Scale);
            top += Scale * bands + Gap;
        }
        return raster.ToPicture();
    }

    /// <summary>The alignment with its path; null for a vocoder.</summary>
    public static PixelPicture? Alignment(Specimen specimen)
    {
        if (specimen.Alignment is not { } aligned)
            return null;
        const int rowScale = 2 * Scale;
        int symbols = specimen.Symbols.Count, frames = aligned.Scores.Length / symbols;
        Raster raster = new(rowScale * frames, rowScale * symbols);
        raster.Heat(
            SpecimenPicture.Shown(aligned, symbols), frames, SpecimenPicture.WorstScore, 0, 0, rowScale);
        float x = 0;
        for (int k = 0; k < symbols; k++)
        {
            int y = rowScale * (symbols - k) - rowScale / 2;
            raster.Line(rowScale * x, y, rowScale * (x += aligned.Durations[k]), y, Raster.Blue);
        }
        return raster.ToPicture();
    }

    /// <summary>The pitch of the recording, white, and of what was made, blue, from 60 to 600 Hz by octaves.</summary>
    public static PixelPicture Pitch(Specimen specimen)
    {
        Raster raster = new(Scale * specimen.Parts.Max(part => Math.Max(1, part.Hertz.Length)), PitchRows);
        foreach ((SpecimenPart part, int k) in specimen.Parts.Select((part, k) => (part, k)).Reverse())
        {
            for (int frame = 1; frame < part.Hertz.Length; frame++)
            {
                if (part.Hertz[frame - 1] > 0 && part.Hertz[frame] > 0)
                    raster.Line(
                        Scale * (frame - 1), Row(part.Hertz[frame - 1]), Scale * frame, Row(part.Hertz[frame]),
                        k == 0 ? Raster.White : Raster.Blue);
            }
        }
        return raster.ToPicture();
    }

    private static double Row(double hertz) => (PitchRows - 1) * (1 - SpecimenPicture.Height(hertz));
}
