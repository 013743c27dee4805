namespace Kouyin.Speech.Evaluation.Pictures;

/// <summary>Pixels to draw on, black at first.</summary>
/// <param name="width">In pixels.</param>
/// <param name="height">In pixels.</param>
internal sealed class Raster(int width, int height)
{
    public static readonly (byte Red, byte Green, byte Blue) White = (255, 255, 255), Blue = (57, 215, 255);

    private readonly byte[] _pixels = new byte[3 * width * height];

    /// <summary>Paints a matrix at the left edge, row 0 at its bottom.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="columns">How many in a row.</param>
    /// <param name="low">What is darkest.</param>
    /// <param name="high">What is lightest.</param>
    /// <param name="top">Pixels above.</param>
    /// <param name="scale">Pixels a number, each way.</param>
    public void Heat(float[] values, int columns, double low, double high, int top, int scale)
    {
        byte[] colours = Pictures.Heat.Pixels(values, columns, low, high, upwards: true);
        int rows = values.Length / columns;
        Span<byte> Pixel(byte[] of, int number) => of.AsSpan(3 * number, 3);
        for (int y = 0; y < rows * scale; y++)
        {
            for (int x = 0; x < columns * scale; x++)
                Pixel(colours, y / scale * columns + x / scale).CopyTo(Pixel(_pixels, (top + y) * width + x));
        }
    }

    /// <summary>Draws a line two pixels thick.</summary>
    public void Line(double fromX, double fromY, double toX, double toY, (byte Red, byte Green, byte Blue) colour)
    {
        int steps = Math.Max(1, (int)Math.Ceiling(Math.Max(Math.Abs(toX - fromX), Math.Abs(toY - fromY))));
        for (int step = 0; step <= steps; step++)
        {
            double share = (double)step / steps;
            int x = (int)Math.Round(fromX + share * (toX - fromX)), y = (int)Math.Round(fromY + share * (toY - fromY));
            Dot(x, y, colour);
            Dot(x, y + 1, colour);
        }
    }

    public PixelPicture ToPicture() => new(Png.Encode(_pixels, width), width, height);

    private void Dot(int x, int y, (byte Red, byte Green, byte Blue) colour)
    {
        if ((uint)x >= (uint)width || (uint)y >= (uint)height)
            return;
        Span<byte> pixel = _pixels.AsSpan(3 * (y * width + x), 3);
        (pixel[0], pixel[1], pixel[2]) = (colour.Red, colour.Green, colour.Blue);
    }
}
