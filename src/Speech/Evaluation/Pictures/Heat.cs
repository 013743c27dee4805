namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>Numbers as colours, from dark violet over red to light yellow.</summary>
internal static class Heat
{
    private static readonly (double Red, double Green, double Blue)[] Stops =
    [
        (10, 8, 34), (68, 15, 96), (140, 41, 99), (205, 66, 71), (243, 120, 25), (251, 186, 63), (252, 255, 190),
    ];

    /// <summary>A picture of a matrix.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="columns">How many in a row.</param>
    /// <param name="low">What is darkest.</param>
    /// <param name="high">What is lightest.</param>
    /// <param name="upwards">Whether row 0 is at the bottom.</param>
    /// <returns>A PNG file, a pixel a number.</returns>
    public static byte[] Png(ReadOnlySpan<float> values, int columns, double low, double high, bool upwards = true) =>
        Pictures.Png.Encode(Pixels(values, columns, low, high, upwards), columns);

    /// <summary>Red, green and blue of every number, row by row from the top.</summary>
    internal static byte[] Pixels(ReadOnlySpan<float> values, int columns, double low, double high, bool upwards)
    {
        int rows = values.Length / columns;
        byte[] pixels = new byte[3 * values.Length];
        for (int row = 0; row < rows; row++)
        {
            int line = upwards ? rows - 1 - row : row;
            for (int column = 0; column < columns; column++)
            {
                double share = (values[row * columns + column] - low) / Math.Max(high - low, 1e-9);
                WriteColour(pixels.AsSpan(3 * (line * columns + column), 3), Math.Clamp(share, 0, 1));
            }
        }
        return pixels;
    }

    private static void WriteColour(Span<byte> pixel, double share)
    {
        double place = share * (Stops.Length - 1);
        int stop = Math.Min((int)place, Stops.Length - 2);
        double mix = place - stop;
        pixel[0] = (byte)(Stops[stop].Red + mix * (Stops[stop + 1].Red - Stops[stop].Red));
        pixel[1] = (byte)(Stops[stop].Green + mix * (Stops[stop + 1].Green - Stops[stop].Green));
        pixel[2] = (byte)(Stops[stop].Blue + mix * (Stops[stop + 1].Blue - Stops[stop].Blue));
    }

    /// <summary>Frames of bands as bands of frames.</summary>
    public static float[] Transposed(float[] mel, int bands)
    {
        int frames = mel.Length / bands;
        float[] turned = new float[mel.Length];
        for (int frame = 0; frame < frames; frame++)
        {
            for (int band = 0; band < bands; band++)
                turned[band * frames + frame] = mel[frame * bands + band];
        }
        return turned;
    }
}
