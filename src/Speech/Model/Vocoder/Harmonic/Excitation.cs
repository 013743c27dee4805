namespace Kouyin.Speech.Model.Vocoder.Harmonic;

/// <summary>
/// What is shaped into speech: a train of pulses with the pitch of each frame, and white noise of variance 1. The
/// pulses have the noise's power at every frequency up to half the sample rate, whatever the pitch.
/// </summary>
/// <remarks>
/// The sum of K equal cosines is sin((K + 1/2) x) / (2 sin(x / 2)) - 1/2 (Dirichlet's kernel). Phases start anew where
/// voicing starts, and a noise sample depends on the seed and its own number alone, so that a sound made in pieces is
/// the sound made at once.
/// </remarks>
/// <param name="sampleRate">In hertz.</param>
/// <param name="hopSamples">Samples of a frame.</param>
/// <param name="seed">Of the noise.</param>
public sealed class Excitation(int sampleRate, int hopSamples, ulong seed)
{
    /// <summary>The pitch whose octave is 0, in hertz.</summary>
    public const double MiddleHz = 200;

    private const double HighestShare = 0.98; // of half the sample rate, that harmonics reach
    private double _phase;
    private long _sample;

    /// <summary>The pitch as an octave around <see cref="MiddleHz"/>.</summary>
    public static double Octave(double hertz) => Math.Log2(hertz / MiddleHz);

    /// <summary>Makes the next frames. A frame's pitch is that of its middle; between them it glides.</summary>
    /// <param name="octaves">
    /// [T + 2] octaves of the pitch around <see cref="MiddleHz"/>, NaN where there is none: the frame before, the
    /// frames, the frame after.
    /// </param>
    /// <param name="pulses">[T hops].</param>
    /// <param name="noise">[T hops].</param>
    public void Next(ReadOnlySpan<float> octaves, Span<float> pulses, Span<float> noise)
    {
        for (int frame = 1; frame < octaves.Length - 1; frame++)
        {
            int first = (frame - 1) * hopSamples;
            Pulses(octaves.Slice(frame - 1, 3), pulses.Slice(first, hopSamples));
            foreach (ref float sample in noise.Slice(first, hopSamples))
                sample = Noise(_sample++);
        }
    }

    private void Pulses(ReadOnlySpan<float> octaves, Span<float> pulses)
    {
        if (float.IsNaN(octaves[1]))
        {
            pulses.Clear();
            _phase = 0;
            return;
        }
        for (int i = 0; i < pulses.Length; i++)
        {
            double position = (i + 0.5) / hopSamples - 0.5; // in frames, from the frame's middle
            float neighbour = position < 0 ? octaves[0] : octaves[2];
            double share = Math.Abs(position), here = octaves[1];
            double octave = float.IsNaN(neighbour) ? here : here + share * (neighbour - here);
            double fade = float.IsNaN(neighbour) ? 1 - share * 2 : 1;
            double cycles = MiddleHz * Math.Pow(2, octave) / sampleRate;
            _phase += cycles;
            _phase -= Math.Floor(_phase);
            pulses[i] = (float)(fade * Pulse(_phase, cycles));
        }
    }

    private static double Pulse(double phase, double cycles)
    {
        double count = Math.Floor(0.5 * HighestShare / cycles), half = Math.PI * phase, sine = Math.Sin(half);
        double sum = Math.Abs(sine) < 1e-7 ? count : Math.Sin((2 * count + 1) * half) / (2 * sine) - 0.5;
        return 2 * Math.Sqrt(cycles) * sum;
    }

    /// <summary>Uniform, of variance 1: what makes it Gaussian is that a bin sums a window of it.</summary>
    private float Noise(long index)
    {
        ulong z = seed + (ulong)index * 0x9E3779B97F4A7C15; // SplitMix64 (Steele, Lea, Flood 2014)
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (float)(((z ^ (z >> 31)) >> 11) * (2 * Math.Sqrt(3) / (1UL << 53)) - Math.Sqrt(3));
    }
}
