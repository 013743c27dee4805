using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Evaluation;

/// <summary>How fast someone speaks while speaking: syllables over seconds without pauses.</summary>
/// <param name="Syllables">Syllables said.</param>
/// <param name="Seconds">From the first speech to the last, pauses taken off.</param>
public readonly record struct SpeakingRate(int Syllables, double Seconds)
{
    private const double LongPauseSeconds = 0.15;

    /// <summary>Syllables a second; 0 without speech.</summary>
    public double PerSecond => Seconds > 0 ? Syllables / Seconds : 0;

    /// <summary>The rate of a recording.</summary>
    /// <param name="samples">[N].</param>
    /// <param name="sampleRate">In hertz.</param>
    /// <param name="syllables">How many syllables are said in it.</param>
    public static SpeakingRate Of(ReadOnlySpan<float> samples, int sampleRate, int syllables)
    {
        Sound speech = new Sound(samples.ToArray(), sampleRate).CutToSpeech(0);
        double pauses = SpeechPauses.Find(speech.Samples, sampleRate)
            .Select(pause => pause.End - pause.Start).Where(seconds => seconds >= LongPauseSeconds).Sum();
        return new(syllables, speech.Seconds - pauses);
    }

    /// <summary>Both together.</summary>
    public static SpeakingRate operator +(SpeakingRate a, SpeakingRate b) =>
        new(a.Syllables + b.Syllables, a.Seconds + b.Seconds);
}
