using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data;

/// <summary>
/// Two real speakers from Taiwan, a male and a female, each saying about 1,150 single syllables: Debian's gcin-voice.
/// </summary>
/// <remarks>
/// The package holds <c>ogg/ZHUYIN[TONE]/{3,5}.ogg</c>, no digit for tone 1 and 1 for the neutral tone. 3.ogg is Edward
/// Der-Hua Liu's, GPL-3 or LGPL-3; 5.ogg is Chu Lo's and the ChionMeilin committee's, CC-BY-3.0.
/// </remarks>
public static class GcinVoiceCorpus
{
    /// <summary>Where the package puts its sounds.</summary>
    public const string PackageFolder = "/usr/share/gcin-voice/ogg";

    private const int TestPercent = 5;

    private static readonly Dictionary<string, CorpusSpeaker> Speakers = new()
    {
        ["3.ogg"] = new("GCIN0003", CorpusSpeaker.Unknown, "male", "taiwan"),
        ["5.ogg"] = new("GCIN0005", CorpusSpeaker.Unknown, "female", "taiwan"),
    };

    /// <summary>Converts the sounds into a new corpus in AISHELL-3's layout.</summary>
    /// <param name="source">The package's folder of sounds.</param>
    /// <param name="folder">The folder to make; it appears complete or not at all.</param>
    /// <param name="overwrite">Whether to replace a corpus that is there already.</param>
    /// <param name="progress">Told after every sound.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <returns>How many sounds were converted, and how many left out because they are no syllable.</returns>
    /// <exception cref="UserException">The package is not there, or the folder cannot be written.</exception>
    public static (int Converted, int LeftOut) Write(
        string source, string folder, bool overwrite, IProgress<WorkDone>? progress = null,
        CancellationToken cancel = default)
    {
        if (!Directory.Exists(source))
            throw new UserException("the package gcin-voice is not installed", source, "apt-get install gcin-voice");
        string[] files = Directory.GetFiles(source, "*.ogg", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return AtomicFolder.Write(folder, Aishell3Writer.SpeakerFile, overwrite, temporary =>
        {
            Aishell3Writer writer = new(temporary);
            Tally tally = new(files.Length, progress);
            int converted = 0;
            ParallelWork.For(files.Length, Environment.ProcessorCount, i =>
            {
                string? reading = ReadingOf(Path.GetFileName(Path.GetDirectoryName(files[i])!));
                double seconds = 0;
                if (reading is not null && Speakers.TryGetValue(Path.GetFileName(files[i]), out CorpusSpeaker? speaker))
                {
                    seconds = Convert(files[i], reading, speaker, writer);
                    Interlocked.Increment(ref converted);
                }
                tally.Add(seconds);
            }, cancel);
            writer.Finish();
            return (converted, files.Length - converted);
        });
    }

    /// <summary>
    /// The pinyin of a folder's name, such as guang3 for ㄍㄨㄤ3; null where it names a letter and no syllable.
    /// </summary>
    internal static string? ReadingOf(string name)
    {
        char last = name[^1];
        bool toned = char.IsAsciiDigit(last);
        string tone = (toned ? last : ' ') switch { ' ' => "1", '1' => "5", _ => last.ToString() };
        string? syllable = Zhuyin.ToPinyin(toned ? name[..^1] : name);
        return syllable is not null && Pinyin.TryParse(syllable + tone, out _) ? syllable + tone : null;
    }

    private static double Convert(string file, string reading, CorpusSpeaker speaker, Aishell3Writer writer)
    {
        // Held out by syllable, so that neither speaker shows it to a model.
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(reading));
        Split split = BitConverter.ToUInt32(digest) % 100 < TestPercent ? Split.Test : Split.Train;
        string id = string.Create(CultureInfo.InvariantCulture, $"{speaker.Name}_{reading}");
        return writer.Add(id, speaker, split, [new("□", reading)], SoundFile.Read(file).To(22050));
    }
}
