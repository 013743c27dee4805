using System.Globalization;
using System.Text;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;

namespace Kouyin.Speech.Benchmark;

/// <summary>A corpus in AISHELL-3's layout of sounds that take as long to analyse as speech: nobody's voice.</summary>
/// <remarks>Each is a buzz whose pitch glides, in syllables a quarter of a second long, over a little noise.</remarks>
public static class SyntheticCorpus
{
    private const int UtterancesOfSpeaker = 404; // as AISHELL-3 has on average
    private const double SyllableSeconds = 0.25, EdgeSeconds = 0.15;
    private static readonly string[] Readings = "ma1 da4 zhong1 guo2 ren2 hao3 shi4 xue2".Split(' ');

    /// <summary>Writes the corpus; the same arguments write the same bytes.</summary>
    /// <param name="folder">A folder that is not there.</param>
    /// <param name="utterances">How many.</param>
    /// <param name="seconds">Length of each on average; they vary by a half.</param>
    /// <param name="sampleRate">In hertz.</param>
    /// <param name="seed">Decides the sounds.</param>
    /// <returns>Seconds of sound.</returns>
    public static double Write(string folder, int utterances, double seconds, int sampleRate, int seed)
    {
        string[] lines = new string[utterances];
        double[] lengths = new double[utterances];
        Parallel.For(0, utterances, i =>
        {
            Random random = new(seed + i);
            string speaker = string.Create(CultureInfo.InvariantCulture, $"SYN{i / UtterancesOfSpeaker:0000}");
            string id = string.Create(CultureInfo.InvariantCulture, $"{speaker}{i % UtterancesOfSpeaker:0000}");
            int syllables = Math.Max(1, (int)(seconds * (0.5 + random.NextDouble()) / SyllableSeconds));
            float[] samples = Sound(random, syllables, sampleRate);
            string wav = Path.Combine(folder, "train", "wav", speaker);
            Directory.CreateDirectory(wav);
            // A benchmark's scratch need not reach the disk before it is read.
            File.WriteAllBytes(Path.Combine(wav, $"{id}.wav"), WavFile.Encode(samples, sampleRate));
            lines[i] = Label(id, random, syllables);
            lengths[i] = (double)samples.Length / sampleRate;
        });
        File.WriteAllLines(Path.Combine(folder, "train", Aishell3Corpus.DefaultLabels), lines);
        return lengths.Sum();
    }

    private static string Label(string id, Random random, int syllables)
    {
        StringBuilder line = new($"{id}.wav\t");
        for (int i = 0; i < syllables; i++)
            line.Append($"{(i == 0 ? "" : " ")}字 {Readings[random.Next(Readings.Length)]}");
        return line.ToString();
    }

    private static float[] Sound(Random random, int syllables, int sampleRate)
    {
        const int Harmonics = 12;
        int edge = (int)(EdgeSeconds * sampleRate), syllable = (int)(SyllableSeconds * sampleRate);
        float[] samples = new float[2 * edge + syllables * syllable];
        double phase = 0, hertz = 100 + 150 * random.NextDouble();
        for (int i = 0; i < samples.Length; i++)
            samples[i] = 1e-4f * (random.NextSingle() - 0.5f);
        for (int i = 0; i < syllables * syllable; i++)
        {
            double within = (double)(i % syllable) / syllable;
            phase += (hertz + 30 * within) / sampleRate;
            double buzz = 0, turn = 2 * Math.PI * (phase - Math.Floor(phase));
            double cosine = 2 * Math.Cos(turn), before = 0, sine = Math.Sin(turn);
            for (int k = 1; k <= Harmonics; k++)
            {
                buzz += sine / k;
                (before, sine) = (sine, cosine * sine - before); // sin (k + 1) a from sin k a and sin (k - 1) a
            }
            samples[edge + i] += (float)(0.2 * Math.Sin(Math.PI * within) * buzz);
        }
        return samples;
    }
}
