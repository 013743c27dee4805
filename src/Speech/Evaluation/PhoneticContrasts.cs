using System.Numerics;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Evaluation;

/// <summary>By what Mandarin's accents differ, measured in the sound of one speaker in one accent.</summary>
/// <remarks>
/// Only the places of the syllables are given. Melodies are in levels of some semitones: Chao's levels where the
/// voice's range is known. The first six numbers belong to the accent, the others to the speaker.
/// </remarks>
public sealed class PhoneticContrasts
{
    /// <summary>What the numbers of <see cref="Values"/> are: of the accent first, then of the speaker.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "s over sh, ln Hz", "in from ing, dB", "eng from en, dB", "tone 2 dip, levels", "final tone 3 rise, levels",
        "neutral length, share", "mean F0, Hz", "spectral centroid, Hz", "syllables a second",
    ];

    /// <summary>How many of <see cref="Names"/> belong to the accent.</summary>
    public const int OfAccent = 6;

    private const int FftSize = 1024;
    private const double LowestHissHz = 1000, HighestHissHz = 10000, NasalShare = 0.3;

    private static readonly MelConfig Mel = MelConfig.Natural22k;
    private static readonly MelSpectrogram Spectrogram = new(Mel);
    private static readonly PitchTracker Tracker = new(Mel);
    private static readonly double NepersToDb = 20 / Math.Log(10);
    private static readonly double[] BandHz = Centres(new MelFilters(Mel));

    private readonly double _levelSemitones;
    private readonly List<double> _dental = [], _retroflex = [], _dips = [], _rises = [], _neutral = [], _toned = [];
    private readonly List<double> _logPitch = [], _centroids = [];
    private readonly Dictionary<string, List<double[]>> _nasals = new()
    {
        ["in"] = [], ["ing"] = [], ["en"] = [], ["eng"] = [],
    };

    /// <summary>Nothing measured yet.</summary>
    /// <param name="levelSemitones">Semitones in a level of melody.</param>
    public PhoneticContrasts(double levelSemitones) => _levelSemitones = levelSemitones;

    /// <summary>Measures an utterance.</summary>
    /// <param name="samples">[N] at the rate of <see cref="MelConfig.Natural22k"/>.</param>
    /// <param name="syllables">Where its syllables lie.</param>
    public void Add(ReadOnlySpan<float> samples, IEnumerable<SyllablePlace> syllables) =>
        Add(samples, Spectrogram.Compute(samples), Tracker.Compute(samples), syllables);

    /// <summary>Measures an utterance whose features are there already.</summary>
    /// <param name="samples">[N] at the rate of <see cref="MelConfig.Natural22k"/>.</param>
    /// <param name="mel">[T, M] of them, in those settings.</param>
    /// <param name="pitch">[T] hertz, 0 where unvoiced.</param>
    /// <param name="syllables">Where its syllables lie.</param>
    public void Add(
        ReadOnlySpan<float> samples, float[] mel, float[] pitch, IEnumerable<SyllablePlace> syllables)
    {
        MeasureVoice(mel, pitch);
        foreach (SyllablePlace syllable in syllables)
            Measure(syllable, samples, mel, pitch);
    }

    /// <summary>Adds all that another measured.</summary>
    public void Add(PhoneticContrasts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach ((List<double> mine, List<double> others) in Lists.Zip(other.Lists))
            mine.AddRange(others);
        foreach ((string final, List<double[]> shapes) in other._nasals)
            _nasals[final].AddRange(shapes);
    }

    /// <summary>The numbers, in the order of <see cref="Names"/>.</summary>
    public double[] Values =>
    [
        Math.Log(Mean(_dental) / Mean(_retroflex)), Apart("in", "ing"), Apart("eng", "en"), Mean(_dips), Mean(_rises),
        Mean(_neutral) / Mean(_toned), Math.Exp(Mean(_logPitch)), Mean(_centroids),
        1 / Mean(_toned),
    ];

    private List<double>[] Lists =>
        [_dental, _retroflex, _dips, _rises, _neutral, _toned, _logPitch, _centroids];

    private void Measure(SyllablePlace syllable, ReadOnlySpan<float> samples, float[] mel, float[] pitch)
    {
        (syllable.Reading.Tone == 5 ? _neutral : _toned).Add((double)(syllable.End - syllable.Start) / Mel.SampleRate);
        if (syllable.Reading.Initial is "s" or "c")
            _dental.Add(HissHz(samples[syllable.Start..syllable.VoiceStart]));
        else if (syllable.Reading.Initial is "sh" or "ch")
            _retroflex.Add(HissHz(samples[syllable.Start..syllable.VoiceStart]));
        int first = syllable.VoiceStart / Mel.HopSamples;
        int last = Math.Min(syllable.VoiceEnd / Mel.HopSamples, pitch.Length);
        if (_nasals.TryGetValue(syllable.Reading.Final, out List<double[]>? nasals))
            nasals.Add(Shape(mel, last - Math.Max(1, (int)(NasalShare * (last - first))), last));
        double[] levels = [.. pitch[first..last].Where(hertz => hertz > 0)
            .Select(hertz => 12 * Math.Log2(hertz) / _levelSemitones)];
        if (levels.Length < 5)
            return;
        if (syllable.Reading.Tone == 2)
            _dips.Add(levels[1] - levels.Min()); // the first frame still comes from the tone before
        else if (syllable.Reading.Tone == 3 && syllable.Final)
            _rises.Add(levels[^1] - levels.Min());
    }

    /// <summary>Centre of gravity of the middle half of a hiss, the mean of its short spectra.</summary>
    private static double HissHz(ReadOnlySpan<float> hiss)
    {
        LaneFft transform = new(FftSize);
        Vector<double>[] signal = new Vector<double>[FftSize];
        Vector<double>[] real = new Vector<double>[FftSize / 2 + 1], imaginary = new Vector<double>[FftSize / 2 + 1];
        ReadOnlySpan<float> middle = hiss[(hiss.Length / 4)..(hiss.Length - hiss.Length / 4)];
        for (int i = 0; i < Math.Min(FftSize, middle.Length); i++)
            signal[i] = new(middle[i] * (0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / middle.Length)));
        transform.Forward(signal, real, imaginary);
        double weighted = 0, sum = 1e-12, step = (double)Mel.SampleRate / FftSize;
        for (int bin = (int)(LowestHissHz / step); bin < HighestHissHz / step; bin++)
        {
            double power = real[bin][0] * real[bin][0] + imaginary[bin][0] * imaginary[bin][0];
            (weighted, sum) = (weighted + power * bin * step, sum + power);
        }
        return weighted / sum;
    }

    private void MeasureVoice(float[] mel, float[] pitch)
    {
        for (int frame = 0; frame < pitch.Length; frame++)
        {
            if (pitch[frame] == 0)
                continue;
            _logPitch.Add(Math.Log(pitch[frame]));
            double weighted = 0, sum = 0;
            for (int band = 0; band < Mel.Bands; band++)
            {
                double magnitude = Math.Exp(mel[frame * Mel.Bands + band]);
                (weighted, sum) = (weighted + magnitude * BandHz[band], sum + magnitude);
            }
            _centroids.Add(weighted / sum);
        }
    }

    /// <summary>The mean log mel of some frames in dB, its own level taken off.</summary>
    private static double[] Shape(float[] mel, int first, int last)
    {
        double[] shape = new double[Mel.Bands];
        for (int frame = first; frame < last; frame++)
        {
            for (int band = 0; band < shape.Length; band++)
                shape[band] += NepersToDb * mel[frame * Mel.Bands + band] / (last - first);
        }
        double level = shape.Average();
        return Array.ConvertAll(shape, value => value - level);
    }

    /// <summary>Root mean square, over bands, of the difference between the mean shapes of two finals.</summary>
    private double Apart(string one, string other)
    {
        double sum = 0;
        for (int band = 0; band < Mel.Bands; band++)
        {
            double difference = Mean(_nasals[one].Select(shape => shape[band]))
                - Mean(_nasals[other].Select(shape => shape[band]));
            sum += difference * difference / Mel.Bands;
        }
        return Math.Sqrt(sum);
    }

    private static double[] Centres(MelFilters filters) =>
    [
        .. Enumerable.Range(0, filters.Bands).Select(band =>
            (filters.FirstBin(band) + (filters.Weights(band).Length - 1) / 2.0) * Mel.SampleRate / Mel.FftSize),
    ];

    private static double Mean(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Average();
}
