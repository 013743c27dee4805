namespace Kouyin.Speech.Audio;

/// <summary>Gives speech another melody and other durations, and leaves its timbre.</summary>
/// <remarks>
/// Moulines and Charpentier 1990, "Pitch-synchronous waveform processing techniques", in the time domain: pieces two
/// periods long are laid down at the new periods, each taken from the place that its time comes from.
/// </remarks>
internal sealed class Psola
{
    private readonly int _sampleRate;
    private readonly float[] _samples;
    private readonly List<PitchMark> _marks;

    /// <summary>Prepares to change a sound.</summary>
    /// <param name="samples">[N] at the configuration's rate.</param>
    /// <param name="pitch">What <see cref="PitchTracker"/> finds in it.</param>
    /// <param name="config">Whose frames the pitch has.</param>
    public Psola(float[] samples, float[] pitch, MelConfig config) =>
        (_samples, _sampleRate, _marks) = (samples, config.SampleRate, PitchMark.Of(samples, pitch, config));

    /// <summary>The sound with another melody and other durations.</summary>
    /// <param name="source">For each new sample, the old one that it comes from; never falling.</param>
    /// <param name="hertz">For each new sample, the pitch where there is voice.</param>
    /// <returns>As many samples as the two have.</returns>
    public float[] Change(ReadOnlySpan<double> source, ReadOnlySpan<double> hertz)
    {
        double[] sum = new double[source.Length], weight = new double[source.Length];
        int nearest = 0;
        for (double at = 0; at < source.Length && _marks.Count > 0;)
        {
            double from = source[(int)at];
            while (nearest + 1 < _marks.Count
                && Math.Abs(_marks[nearest + 1].Sample - from) <= Math.Abs(_marks[nearest].Sample - from))
                nearest++;
            Lay(_marks[nearest], (int)Math.Round(at), sum, weight);
            at += _marks[nearest].Voiced ? _sampleRate / hertz[(int)at] : _marks[nearest].Period;
        }
        float[] changed = new float[source.Length];
        for (int i = 0; i < changed.Length; i++)
            changed[i] = (float)(sum[i] / Math.Max(1, weight[i]));
        return changed;
    }

    /// <summary>Adds the grain around a mark, under a Hann window.</summary>
    private void Lay(PitchMark mark, int at, double[] sum, double[] weight)
    {
        for (int i = 1 - mark.Period; i < mark.Period; i++)
        {
            int from = mark.Sample + i, to = at + i;
            if (from < 0 || from >= _samples.Length || to < 0 || to >= sum.Length)
                continue;
            double window = 0.5 + 0.5 * Math.Cos(Math.PI * i / mark.Period);
            sum[to] += window * _samples[from];
            weight[to] += window;
        }
    }
}
