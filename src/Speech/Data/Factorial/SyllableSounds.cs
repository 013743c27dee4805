using System.Collections.Concurrent;
using System.Globalization;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Data.Factorial;

/// <summary>
/// Syllables as espeak-ng speaks them one by one, on a level tone, each made once and kept. Any thread may ask.
/// </summary>
/// <remarks>One by one, because espeak-ng tells nobody where in a sentence a syllable lies.</remarks>
/// <param name="scratch">A folder for passing files.</param>
internal sealed class SyllableSounds(string scratch)
{
    private const string Level = "55";
    private const int WordsPerMinute = 200;

    // Under the loudest; low enough to keep a weak initial, high enough to drop the hiss after the end.
    private const double EdgeDb = 32;

    /// <summary>Mean length of a syllable of running text.</summary>
    public const double MeanSeconds = 0.22;

    private readonly ConcurrentDictionary<string, Lazy<string>> _spellings = new();
    private readonly ConcurrentDictionary<(string Variant, string Phones), Lazy<Sound>> _sounds = new();
    private int _files;

    /// <summary>How espeak-ng spells a syllable of the standard, on a level tone.</summary>
    /// <param name="syllable">Pinyin without a tone, such as <c>zhong</c>.</param>
    /// <exception cref="UserException">espeak-ng reads more than one syllable in it.</exception>
    public string Spell(string syllable) => _spellings.GetOrAdd(syllable, key => new(() =>
    {
        string phones = EspeakProgram.Run("-q", "-x", "-v", EspeakProgram.Voice, $"{key}1").Trim().TrimEnd('|', '_');
        return phones.Contains(Level, StringComparison.Ordinal) && !phones.Contains(' ', StringComparison.Ordinal)
            ? phones
            : throw new UserException(
                $"espeak-ng cannot say the syllable «{key}»: it reads {phones}", "the sentences",
                "write it as a syllable of Mandarin");
    })).Value;

    /// <summary>A syllable in a speaker's timbre, cut to where it sounds.</summary>
    /// <returns>At the rate of <see cref="MelConfig.Natural22k"/>.</returns>
    public Sound Speak(FactorialSpeaker speaker, string phones)
    {
        Sound raw = _sounds.GetOrAdd((speaker.Variant, phones), key => new(() => Speak(key.Variant, key.Phones))).Value;
        // Played faster, all frequencies rise by the same factor, as they do in a shorter vocal tract.
        Sound warped = raw with { SampleRate = (int)Math.Round(raw.SampleRate * speaker.Formants) };
        return warped.To(MelConfig.Natural22k.SampleRate);
    }

    private Sound Speak(string variant, string phones)
    {
        string file = Path.Combine(scratch, $"{Interlocked.Increment(ref _files)}.wav");
        EspeakProgram.Run(
            "-v", $"{EspeakProgram.Voice}+{variant}", "-s", WordsPerMinute.ToString(CultureInfo.InvariantCulture),
            "-w", file, $"[[{phones}]]");
        Sound sound = SoundFile.Read(file);
        File.Delete(file);
        return sound.CutToSpeech(0, EdgeDb);
    }
}
