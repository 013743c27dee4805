using System.Security.Cryptography;
using System.Text;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data.Factorial;

/// <summary>An utterance of the factorial corpus, with what is known of it because it was made.</summary>
/// <param name="Sound">At the rate of <see cref="MelConfig.Natural22k"/>.</param>
/// <param name="Syllables">In order.</param>
internal sealed record FactorialUtterance(Sound Sound, IReadOnlyList<SyllablePlace> Syllables);

/// <summary>Says any sentence as any speaker in any accent. Any thread may ask.</summary>
/// <remarks>
/// Everything that belongs to the speaker, and every chance of the sentence, is the same in all accents; an accent
/// changes phones, melodies and the neutral tone only. All melodies are laid on by <see cref="Psola"/>, the standard's
/// too, so that no accent can be told by how it was made.
/// </remarks>
internal sealed class FactorialSpeech(SyllableSounds sounds, int seed)
{
    // Before a stop or an affricate the voice stops for so long.
    private const double ClosureSeconds = 0.03, CommaSeconds = 0.25, StopSeconds = 0.4, LengthSpread = 0.06;
    private const string Stops = "ptk"; // as espeak-ng writes b d g z zh j, and those with breath

    private static readonly MelConfig Mel = MelConfig.Natural22k;
    private static readonly PitchTracker Tracker = new(Mel);

    /// <summary>Says a sentence.</summary>
    /// <exception cref="UserException">It has a syllable that espeak-ng cannot say.</exception>
    public FactorialUtterance Say(FactorialSpeaker speaker, FactorialAccent accent, Sentence sentence)
    {
        string reading = string.Join(' ', sentence.Words.Select(word => word.Reading));
        Random chance = Chance($"{seed} {speaker.Name} {reading}");
        List<Piece> pieces = Pieces(speaker, accent, sentence, chance);
        float[] joined = [.. pieces.SelectMany(piece => piece.Samples)];
        float[] pitch = Tracker.Compute(joined);
        (double[] source, List<SyllablePlace> syllables) = Lay(pieces, pitch);
        double[] hertz = FactorialMelody.Hertz(speaker, accent, syllables, source.Length, chance);
        float[] samples = new Psola(joined, pitch, Mel).Change(source, hertz);
        Dither(samples, Chance($"{seed} {speaker.Name} {reading} {accent.Name}"));
        return new(new(samples, Mel.SampleRate), syllables);
    }

    private List<Piece> Pieces(FactorialSpeaker speaker, FactorialAccent accent, Sentence sentence, Random chance)
    {
        List<Piece> pieces = [];
        foreach (SpokenWord word in sentence.Words)
        {
            if (!Pinyin.TryParse(word.Reading, out Pinyin pinyin))
            {
                pieces.Add(Silence(word.Reading == "," ? CommaSeconds : StopSeconds));
                continue;
            }
            string phones = accent.Respell(pinyin, sounds.Spell(pinyin.Syllable));
            double length = speaker.SyllableSeconds / SyllableSounds.MeanSeconds * speaker.Formants
                * (1 + LengthSpread * (2 * chance.NextDouble() - 1)) * (pinyin.Tone == 5 ? accent.NeutralLength : 1);
            if (Stops.Contains(phones[0], StringComparison.Ordinal) && pieces.Count > 0)
                pieces.Add(Silence(ClosureSeconds) with { Closure = true });
            pieces.Add(new(sounds.Speak(speaker, phones).Samples, pinyin, length));
        }
        return pieces;
    }

    private static Random Chance(string of) =>
        new(BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(of))));

    /// <summary>
    /// A triangular dither of one step of 16 bits, without which a sentence that an accent does not change would be the
    /// same file twice, and preparing would refuse one.
    /// </summary>
    private static void Dither(float[] samples, Random chance)
    {
        for (int i = 0; i < samples.Length; i++)
            samples[i] += (chance.NextSingle() - chance.NextSingle()) / 32768;
    }

    private static Piece Silence(double seconds) => new(new float[(int)(seconds * Mel.SampleRate)], null, 1);

    private static (double[] Source, List<SyllablePlace> Syllables) Lay(List<Piece> pieces, float[] pitch)
    {
        List<double> source = [];
        List<SyllablePlace> syllables = [];
        int from = 0;
        for (int k = 0; k < pieces.Count; k++)
        {
            (float[] samples, Pinyin? pinyin, double length) = pieces[k];
            int start = source.Count, count = (int)Math.Round(samples.Length * length);
            for (int i = 0; i < count; i++)
                source.Add(from + i / length);
            if (pinyin is not null)
            {
                bool final = k == pieces.Count - 1 || pieces[k + 1] is { Pinyin: null, Closure: false };
                (int first, int last) = Voiced(pitch, from, from + samples.Length);
                syllables.Add(new(
                    pinyin.Value, start, start + (int)((first - from) * length), start + (int)((last - from) * length),
                    start + count, final));
            }
            from += samples.Length;
        }
        return ([.. source], syllables);
    }

    /// <summary>From the first voiced frame to the last; everything where there is none.</summary>
    private static (int First, int Last) Voiced(float[] pitch, int start, int end)
    {
        int first = (start + Mel.HopSamples - 1) / Mel.HopSamples;
        int last = Math.Min(end / Mel.HopSamples, pitch.Length) - 1;
        while (first <= last && pitch[first] == 0)
            first++;
        while (first <= last && pitch[last] == 0)
            last--;
        return first < last ? (first * Mel.HopSamples, (last + 1) * Mel.HopSamples) : (start, end);
    }

    /// <summary>A syllable, or silence where there is no reading.</summary>
    /// <param name="Samples">As espeak-ng made it.</param>
    /// <param name="Pinyin">Its reading.</param>
    /// <param name="Length">What its length is multiplied by.</param>
    private sealed record Piece(float[] Samples, Pinyin? Pinyin, double Length)
    {
        /// <summary>Whether it is the silence of a stop, which ends no phrase.</summary>
        public bool Closure { get; init; }
    }
}
