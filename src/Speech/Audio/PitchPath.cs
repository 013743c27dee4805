namespace Kouyin.Speech.Audio;

/// <summary>A pitch that a frame may have.</summary>
/// <param name="Hertz">The pitch.</param>
/// <param name="Probability">Of its being the pitch. What the candidates of a frame leave of 1 is that it has none.
/// </param>
internal readonly record struct PitchCandidate(double Hertz, double Probability);

/// <summary>The likeliest way through the pitch candidates of all frames, each frame voiced or not.</summary>
/// <remarks>
/// The second stage of Mauch and Dixon 2014, "pYIN" (section 2.2): a hidden Markov model, decoded by Viterbi's
/// algorithm. Its states are the candidates themselves and one unvoiced state, instead of a grid of pitches of which
/// all cells are empty but those with candidates.
/// </remarks>
internal sealed class PitchPath
{
    /// <summary>Candidates that a frame may have.</summary>
    public const int MostCandidates = 12;

    // In 10 ms: how probable it is that voicing starts or ends, and how far the pitch moves.
    private const double SwitchProbability = 0.01, SpreadOctaves = 0.08;

    private const double LeastProbability = 1e-5;
    private const int States = MostCandidates + 1, Unvoiced = 0;

    private readonly double _stay, _switch, _octaveCost;
    private readonly double[] _octaves;
    private readonly byte[] _previous, _states;
    private double[] _scores = new double[States], _next = new double[States];
    private int _frames;

    /// <summary>Starts a path.</summary>
    /// <param name="frames">T.</param>
    /// <param name="frameRate">Frames in a second.</param>
    public PitchPath(int frames, double frameRate)
    {
        double hundredths = 100 / frameRate;
        double stay = Math.Pow(1 - SwitchProbability, hundredths);
        (_stay, _switch, _octaveCost) = (Math.Log(stay), Math.Log(1 - stay), 1 / (SpreadOctaves * hundredths));
        _octaves = new double[frames * States];
        (_previous, _states) = (new byte[frames * States], new byte[frames]);
    }

    /// <summary>Adds the next frame.</summary>
    public void Add(ReadOnlySpan<PitchCandidate> candidates)
    {
        double unvoiced = 1;
        for (int k = 0; k < candidates.Length; k++)
        {
            unvoiced -= candidates[k].Probability;
            Enter(k + 1, Math.Log2(candidates[k].Hertz), candidates[k].Probability);
        }
        Enter(Unvoiced, 0, unvoiced);
        (_scores, _next) = (_next, _scores);
        _states[_frames++] = (byte)(candidates.Length + 1);
    }

    /// <summary>Decodes the path.</summary>
    /// <param name="hertz">[T], 0 where there is no pitch.</param>
    public void Decode(Span<float> hertz)
    {
        int state = 0;
        for (int k = 1; _frames > 0 && k < _states[_frames - 1]; k++)
            state = _scores[k] > _scores[state] ? k : state;
        for (int frame = _frames - 1; frame >= 0; frame--)
        {
            hertz[frame] = state == Unvoiced ? 0 : (float)Math.Pow(2, _octaves[frame * States + state]);
            state = _previous[frame * States + state];
        }
    }

    private void Enter(int state, double octave, double probability)
    {
        int cell = _frames * States + state, states = _frames == 0 ? 0 : _states[_frames - 1];
        double best = states == 0 ? 0 : double.NegativeInfinity;
        for (int k = 0; k < states; k++)
        {
            double score = _scores[k] + ((k == Unvoiced) != (state == Unvoiced) ? _switch : _stay);
            if (k != Unvoiced && state != Unvoiced)
                score -= _octaveCost * Math.Abs(octave - _octaves[cell - States - state + k]);
            if (score > best)
                (best, _previous[cell]) = (score, (byte)k);
        }
        _octaves[cell] = octave;
        _next[state] = best + Math.Log(Math.Max(probability, LeastProbability));
    }
}
