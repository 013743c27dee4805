namespace Kouyin.Speech.Audio;

/// <summary>The pitch of a voice, frame by frame of a mel. One object serves any number of threads.</summary>
/// <remarks>
/// After Mauch and Dixon 2014, "pYIN: a fundamental frequency estimator using probabilistic threshold distributions":
/// the pitch is at the first dip of YIN's difference that is under a threshold, and the threshold is not one number but
/// a distribution, so each dip has a probability; a path through them says which holds. Other than there, the threshold
/// is measured from the deepest dip, and that dip's own depth says how probable it is that there is a pitch at all: one
/// distribution cannot do both for a creaking voice, whose true period is only a little deeper than its half.
/// </remarks>
public sealed class PitchTracker
{
    /// <summary>The lowest and the highest pitch that is looked for, in hertz.</summary>
    public const double LowestHz = 60, HighestHz = 600;

    private const double StretchSeconds = 2.5 / LowestHz;

    // The threshold above the deepest dip is distributed exponentially, with this mean.
    private const double MeanThreshold = 0.03;

    // A deepest dip of so much is as probably voiced as not, and the probability changes over so much around it.
    private const double VoicedDepth = 0.5, VoicedSpread = 0.05;

    // A stretch this far under the loudest, or this far under full scale, is not voiced.
    private const double QuietDb = -33, SilentDb = -80;

    private readonly MelConfig _config;
    private readonly int _stretch, _shortest, _lags;

    /// <summary>Prepares to track.</summary>
    /// <param name="config">Whose frames the pitch is for.</param>
    public PitchTracker(MelConfig config)
    {
        _config = config;
        _stretch = (int)(StretchSeconds * config.SampleRate);
        _shortest = (int)(config.SampleRate / HighestHz);
        _lags = (int)(config.SampleRate / LowestHz) + 2;
    }

    /// <summary>The pitch of a whole signal.</summary>
    /// <param name="samples">[N] at the configuration's rate, full scale -1 to 1.</param>
    /// <returns>[T] hertz, T being <see cref="MelConfig.Frames"/> of N; 0 where there is no pitch.</returns>
    public float[] Compute(ReadOnlySpan<float> samples)
    {
        float[] hertz = new float[_config.Frames(samples.Length)];
        PeriodDifference difference = new(_stretch, _lags);
        PitchPath path = new(hertz.Length, _config.FrameRate);
        Span<PitchCandidate> candidates = stackalloc PitchCandidate[PitchPath.MostCandidates];
        Span<int> starts = stackalloc int[LaneFft.Lanes];
        double[] powers = Powers(samples, hertz.Length);
        double quiet = Math.Max(powers.DefaultIfEmpty().Max() * Power(QuietDb), Power(SilentDb));
        for (int first = 0; first < hertz.Length; first += LaneFft.Lanes)
        {
            int lanes = Math.Min(LaneFft.Lanes, hertz.Length - first);
            for (int lane = 0; lane < lanes; lane++)
                starts[lane] = Start(first + lane, samples.Length);
            difference.Measure(samples, starts[..lanes]);
            for (int lane = 0; lane < lanes; lane++)
                path.Add(powers[first + lane] < quiet ? [] : Candidates(difference.Of(lane), candidates));
        }
        path.Decode(hertz);
        return hertz;
    }

    /// <summary>Where a frame's stretch starts: around the middle of the mel's window, but inside the signal.</summary>
    private int Start(int frame, int samples)
    {
        int middle = frame * _config.HopSamples + _config.FftSize / 2 - _config.PaddingSamples;
        return Math.Clamp(middle - _stretch / 2, 0, Math.Max(0, samples - _stretch));
    }

    /// <summary>Mean square of the middle half of every frame's stretch.</summary>
    private double[] Powers(ReadOnlySpan<float> samples, int frames)
    {
        double[] powers = new double[frames];
        for (int frame = 0; frame < frames; frame++)
        {
            int start = Start(frame, samples.Length) + _stretch / 4, end = start + _stretch / 2;
            foreach (float sample in samples[Math.Min(start, samples.Length)..Math.Min(end, samples.Length)])
                powers[frame] += (double)sample * sample / (end - start);
        }
        return powers;
    }

    private static double Power(double db) => Math.Pow(10, db / 10);

    /// <summary>Those dips that are deeper than all before them: no other can be the first under a threshold.</summary>
    private Span<PitchCandidate> Candidates(ReadOnlySpan<double> difference, Span<PitchCandidate> found)
    {
        Span<double> depths = stackalloc double[found.Length];
        int count = 0;
        double deepest = 1;
        for (int lag = _shortest; lag < _lags - 1 && count < found.Length; lag++)
        {
            double here = difference[lag];
            if (here >= deepest || here > difference[lag - 1] || here >= difference[lag + 1])
                continue;
            (double refined, deepest) = Bottom(difference, lag);
            depths[count] = deepest;
            found[count++] = new(_config.SampleRate / refined, 0);
        }
        double voiced = 1 / (1 + Math.Exp((deepest - VoicedDepth) / VoicedSpread)), before = 0;
        for (int k = 0; k < count; k++)
        {
            double reached = Math.Exp((deepest - depths[k]) / MeanThreshold); // share of thresholds above this dip
            found[k] = found[k] with { Probability = voiced * (reached - before) };
            before = reached;
        }
        return found[..count];
    }

    /// <summary>The lag and the depth at the bottom of the parabola through a dip and its neighbours.</summary>
    private static (double Lag, double Depth) Bottom(ReadOnlySpan<double> difference, int lag)
    {
        double slope = (difference[lag + 1] - difference[lag - 1]) / 2;
        double curvature = difference[lag + 1] - 2 * difference[lag] + difference[lag - 1];
        return (lag - slope / curvature, difference[lag] - slope * slope / (2 * curvature));
    }
}
