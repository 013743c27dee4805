using Kouyin.Speech.Audio;
using Kouyin.Speech.Tests.Audio;

namespace Kouyin.Speech.Tests.Data;

/// <summary>A corpus of two speakers in AISHELL-3's layout, of tones in place of speech.</summary>
internal static class SmallCorpus
{
    /// <summary>
    /// Train: SSB0001 0001 and 0002, SSB0002 0001; test: SSB0003 0001. Half a second each, at rates of their own.
    /// </summary>
    public static string Make(TemporaryFolder folder, string name = "corpus")
    {
        folder.Write($"{name}/spk-info.txt",
            "# speaker\tage\tgender\taccent\nSSB0001\tB\tfemale\tnorth\nSSB0002 C\tmale\tsouth\n");
        folder.Write($"{name}/train/content.txt",
            "SSB00010001.wav\t广 guang3 州 zhou1\nSSB00010002.wav\t点儿 dianr3 ， , 女 nv3 。 .\nSSB00020001.wav\t好 hao3\n");
        folder.Write($"{name}/train/content_surface.txt", "SSB00010001.wav\t广 guang2 州 zhou1\n");
        folder.Write($"{name}/test/content.txt", "SSB00030001.wav\t啊 a5\n");
        AddSound(folder, $"{name}/train/wav/SSB0001/SSB00010001.wav", 22050);
        AddSound(folder, $"{name}/train/wav/SSB0001/SSB00010002.wav", 44100);
        AddSound(folder, $"{name}/train/wav/SSB0002/SSB00020001.wav", 16000);
        AddSound(folder, $"{name}/test/wav/SSB0003/SSB00030001.wav", 8000);
        return folder[name];
    }

    /// <summary>A tone, at a pitch of its own so that no two files hold the same samples.</summary>
    public static void AddSound(TemporaryFolder folder, string path, int sampleRate, double seconds = 0.5)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder[path])!);
        double hertz = 300 + path.Sum(c => (double)c) % 400;
        WavFile.Write(folder[path], new(Tones.Sine(hertz, sampleRate, (int)(seconds * sampleRate)), sampleRate));
    }
}
