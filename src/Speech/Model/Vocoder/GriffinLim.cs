using System.Numerics;
using System.Runtime.InteropServices;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Model.Vocoder;

/// <summary>How hard Griffin-Lim tries.</summary>
public sealed record GriffinLimConfig
{
    /// <summary>Rounds of signal and spectrum, at least 1; more sounds better, up to about 60.</summary>
    public int Iterations { get; init; } = 60;

    /// <summary>How far each round overshoots, 0 to 1; 0 is the method of 1984.</summary>
    public double Momentum { get; init; } = 0.99;

    /// <summary>
    /// Corrections of the linear magnitudes; 15 and 100 leave the same error in the mel of the sound.
    /// </summary>
    public int MelIterations { get; init; } = 15;
}

/// <summary>A vocoder that needs no weights: it searches for the signal whose spectrogram is nearest.</summary>
/// <remarks>
/// Fast Griffin-Lim: Perraudin, Balazs, Sondergaard 2013, "A fast Griffin-Lim algorithm". Frames lie where the mel's
/// lie, so the sound lines up with the one that a mel was made from. The same mel gives the same samples, on any number
/// of threads.
/// </remarks>
public sealed class GriffinLim : IVocoder
{
    private const double Tiny = 1e-12;

    private readonly MelConfig _mel;
    private readonly GriffinLimConfig _config;
    private readonly MelFilters _filters;
    private readonly double[] _window;

    /// <summary>Prepares window and filters.</summary>
    /// <param name="mel">The mels it will be given.</param>
    /// <param name="config">Null for the defaults.</param>
    public GriffinLim(MelConfig mel, GriffinLimConfig? config = null)
    {
        (_mel, _config) = (mel, config ?? new());
        _filters = new(mel);
        _window = MelSpectrogram.HannWindow(mel.FftSize);
    }

    /// <inheritdoc/>
    public MelConfig Mel => _mel;

    /// <inheritdoc/>
    public float[] Samples(ReadOnlySpan<float> mel)
    {
        int frames = mel.Length / _mel.Bands;
        if (frames == 0)
            return [];
        Group[] groups = new Group[(frames + LaneFft.Lanes - 1) / LaneFft.Lanes];
        float[] rows = mel.ToArray();
        Parallel.For(0, groups.Length, g => groups[g] = Start(rows, g * LaneFft.Lanes, frames));
        double[] signal = new double[(frames - 1) * _mel.HopSamples + _mel.FftSize];
        double[] envelope = Envelope(frames, signal.Length);
        Overlap(groups, envelope, signal);
        for (int i = 0; i < _config.Iterations; i++)
        {
            Parallel.ForEach(groups, group => Improve(group, signal));
            Overlap(groups, envelope, signal);
        }
        int first = _mel.ReachSamples; // frame t is centred on hop t
        return Array.ConvertAll(signal[first..(first + frames * _mel.HopSamples)], sample => (float)sample);
    }

    /// <summary>Linear magnitudes, and a first signal from them.</summary>
    private Group Start(float[] rows, int firstFrame, int frames)
    {
        Group group = new(_mel.FftSize, firstFrame, Math.Min(LaneFft.Lanes, frames - firstFrame));
        Vector<double>[] bands = new Vector<double>[_mel.Bands];
        Span<double> flat = MemoryMarshal.Cast<Vector<double>, double>(bands.AsSpan());
        for (int lane = 0; lane < group.Lanes; lane++)
        {
            for (int band = 0; band < _mel.Bands; band++)
            {
                double value = rows[(firstFrame + lane) * _mel.Bands + band];
                flat[band * LaneFft.Lanes + lane] = _mel.Log == MelLog.Natural ? Math.Exp(value) : Math.Pow(10, value);
            }
        }
        new MelInverse(_filters).Solve(bands, group.Magnitudes, _config.MelIterations);
        StartPhases(group);
        group.Transform.Inverse(group.Real, group.Imaginary, group.Signal);
        return group;
    }

    /// <summary>Phases drawn from the bin and the frame alone, the same each time.</summary>
    private static void StartPhases(Group group)
    {
        Span<double> real = MemoryMarshal.Cast<Vector<double>, double>(group.Real.AsSpan());
        Span<double> imaginary = MemoryMarshal.Cast<Vector<double>, double>(group.Imaginary.AsSpan());
        Span<double> magnitudes = MemoryMarshal.Cast<Vector<double>, double>(group.Magnitudes.AsSpan());
        for (int lane = 0; lane < group.Lanes; lane++)
        {
            Random random = new(group.FirstFrame + lane);
            for (int i = lane; i < real.Length; i += LaneFft.Lanes)
            {
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * random.NextDouble());
                (real[i], imaginary[i]) = (magnitudes[i] * cosine, magnitudes[i] * sine);
            }
        }
    }

    /// <summary>
    /// One round: the spectrum of the signal, pushed on past the last one, with the wanted magnitudes.
    /// </summary>
    private void Improve(Group group, double[] signal)
    {
        Span<double> flat = MemoryMarshal.Cast<Vector<double>, double>(group.Signal.AsSpan());
        for (int lane = 0; lane < group.Lanes; lane++)
        {
            ReadOnlySpan<double> frame = signal.AsSpan((group.FirstFrame + lane) * _mel.HopSamples, _window.Length);
            for (int i = 0; i < frame.Length; i++)
                flat[i * LaneFft.Lanes + lane] = frame[i] * _window[i];
        }
        group.Transform.Forward(group.Signal, group.Real, group.Imaginary);
        double push = _config.Momentum / (1 + _config.Momentum);
        for (int bin = 0; bin < group.Real.Length; bin++)
        {
            (Vector<double> real, Vector<double> imaginary) = (group.Real[bin], group.Imaginary[bin]);
            Vector<double> x = real - group.LastReal[bin] * push, y = imaginary - group.LastImaginary[bin] * push;
            Vector<double> length = Vector.SquareRoot(x * x + y * y + new Vector<double>(Tiny * Tiny));
            Vector<double> scale = group.Magnitudes[bin] / length;
            (group.LastReal[bin], group.LastImaginary[bin]) = (real, imaginary);
            (group.Real[bin], group.Imaginary[bin]) = (x * scale, y * scale);
        }
        group.Transform.Inverse(group.Real, group.Imaginary, group.Signal);
    }

    /// <summary>Windowed overlap-add over the sum of squared windows: the least-squares signal.</summary>
    private void Overlap(Group[] groups, double[] envelope, double[] signal)
    {
        Array.Clear(signal);
        foreach (Group group in groups)
        {
            ReadOnlySpan<double> flat = MemoryMarshal.Cast<Vector<double>, double>(group.Signal.AsSpan());
            for (int lane = 0; lane < group.Lanes; lane++)
            {
                Span<double> frame = signal.AsSpan((group.FirstFrame + lane) * _mel.HopSamples, _window.Length);
                for (int i = 0; i < frame.Length; i++)
                    frame[i] += flat[i * LaneFft.Lanes + lane] * _window[i];
            }
        }
        for (int i = 0; i < signal.Length; i++)
            signal[i] *= envelope[i];
    }

    /// <summary>One over the sum of squared windows; 0 at the outermost samples, which no window shows.</summary>
    private double[] Envelope(int frames, int length)
    {
        const double LeastWindow = 1e-3;
        double[] sums = new double[length];
        for (int frame = 0; frame < frames; frame++)
        {
            for (int i = 0; i < _window.Length; i++)
                sums[frame * _mel.HopSamples + i] += _window[i] * _window[i];
        }
        return Array.ConvertAll(sums, sum => sum < LeastWindow ? 0 : 1 / sum);
    }

    /// <summary>Neighbouring frames, one a lane, and all that is remembered of them.</summary>
    private sealed class Group(int size, int firstFrame, int lanes)
    {
        public int FirstFrame { get; } = firstFrame;
        public int Lanes { get; } = lanes;
        public LaneFft Transform { get; } = new(size);
        public Vector<double>[] Magnitudes { get; } = new Vector<double>[size / 2 + 1];
        public Vector<double>[] Real { get; } = new Vector<double>[size / 2 + 1];
        public Vector<double>[] Imaginary { get; } = new Vector<double>[size / 2 + 1];
        public Vector<double>[] LastReal { get; } = new Vector<double>[size / 2 + 1];
        public Vector<double>[] LastImaginary { get; } = new Vector<double>[size / 2 + 1];
        public Vector<double>[] Signal { get; } = new Vector<double>[size];
    }
}
