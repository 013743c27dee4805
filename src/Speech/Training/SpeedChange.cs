namespace Kouyin.Speech.Training;

/// <summary>Reads a recording between its samples, through a low-pass where it is played faster.</summary>
/// <remarks>A windowed sinc from a table of its phases: good enough for speeds near 1 (60 dB), and cheap.</remarks>
internal sealed class SpeedChange
{
    private const int HalfWidth = 12, Taps = 2 * HalfWidth, Phases = 256;

    private readonly float[] _table = new float[(Phases + 1) * Taps];

    /// <summary>Prepares a table.</summary>
    /// <param name="speed">Samples of the recording that one sample moves on.</param>
    /// <param name="gain">A factor.</param>
    public SpeedChange(double speed, double gain)
    {
        double cutoff = Math.Min(1, 1 / speed);
        for (int phase = 0; phase <= Phases; phase++)
        {
            for (int tap = 0; tap < Taps; tap++)
            {
                double distance = (double)phase / Phases + HalfWidth - 1 - tap, x = Math.PI * distance * cutoff;
                double window = Math.Cos(Math.PI * distance / (2 * (HalfWidth + 1)));
                double sinc = Math.Abs(x) < 1e-9 ? 1 : Math.Sin(x) / x;
                _table[phase * Taps + tap] = (float)(gain * cutoff * sinc * window * window);
            }
        }
    }

    /// <summary>The recording's value at a position in samples, 0 outside.</summary>
    public float At(ReadOnlySpan<short> recording, double position)
    {
        int middle = (int)Math.Floor(position), first = middle - HalfWidth + 1;
        double phase = (position - middle) * Phases;
        ReadOnlySpan<float> taps = _table.AsSpan((int)Math.Round(phase) * Taps, Taps);
        float sum = 0;
        for (int k = Math.Max(0, -first); k < Taps && first + k < recording.Length; k++)
            sum += recording[first + k] * taps[k];
        return sum;
    }
}
