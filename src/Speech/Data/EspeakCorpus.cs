using System.Globalization;
using System.Text;
using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Data;

/// <summary>What espeak-ng is to speak.</summary>
public sealed record EspeakOptions
{
    /// <summary>The sentences.</summary>
    public required IReadOnlyList<Sentence> Sentences { get; init; }

    /// <summary>Voice variants of espeak-ng, each a speaker who says every sentence.</summary>
    public IReadOnlyList<string> Variants { get; init; } = ["f2", "f4", "m1", "m3", "m7"];

    /// <summary>Every so many-th sentence is for testing; 0 keeps all for training.</summary>
    public int TestEvery { get; init; } = 20;

    /// <summary>The accent written for the speakers.</summary>
    public string Accent { get; init; } = "standard";

    /// <summary>How many sentences to speak at once.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether to replace a corpus that is there already.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>
/// Makes a corpus of sentences spoken by espeak-ng: no timbre worth learning, but exact labels and joined words.
/// </summary>
/// <remarks>The same sentences, variants and espeak-ng give the same bytes.</remarks>
public static class EspeakCorpus
{
    /// <summary>Speaks the sentences into a new corpus in AISHELL-3's layout.</summary>
    /// <param name="options">What to speak.</param>
    /// <param name="folder">The folder to make; it appears complete or not at all.</param>
    /// <param name="progress">Told after every sentence.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <returns>Seconds of sound.</returns>
    /// <exception cref="UserException">espeak-ng or a variant is missing, or the folder cannot be written.</exception>
    public static double Write(
        EspeakOptions options, string folder, IProgress<WorkDone>? progress = null, CancellationToken cancel = default)
    {
        EspeakProgram.RequireVariants(options.Variants);
        return AtomicFolder.Write(folder, Aishell3Writer.SpeakerFile, options.Overwrite, temporary =>
        {
            Aishell3Writer writer = new(temporary);
            int sentences = options.Sentences.Count, total = sentences * options.Variants.Count;
            Tally tally = new(total, progress);
            ParallelWork.For(total, options.Workers, i =>
            {
                string scratch = Path.Combine(temporary, $"{i}.wav");
                tally.Add(Speak(options, options.Variants[i / sentences], i % sentences, scratch, writer));
            }, cancel);
            writer.Finish();
            return tally.SoundSeconds;
        });
    }

    private static double Speak(EspeakOptions options, string variant, int index, string scratch, Aishell3Writer writer)
    {
        string gender = variant.StartsWith('f') ? "female" : "male";
        CorpusSpeaker speaker =
            new("ESPEAK" + variant.ToUpperInvariant(), CorpusSpeaker.Unknown, gender, options.Accent);
        Split split = options.TestEvery > 0 && (index + 1) % options.TestEvery == 0 ? Split.Test : Split.Train;
        // espeak-ng speaks a merged r as a syllable of its own.
        List<SpokenWord> words = [.. options.Sentences[index].WithoutErhua().Words];
        EspeakProgram.Run("-v", $"{EspeakProgram.Voice}+{variant}", "-w", scratch, TextOf(words));
        Sound sound = SoundFile.Read(scratch);
        File.Delete(scratch);
        string id = string.Create(CultureInfo.InvariantCulture, $"{speaker.Name}{index + 1:0000}");
        return writer.Add(id, speaker, split, words, sound);
    }

    /// <summary>Syllables a space apart, stops right after the syllable before them.</summary>
    private static string TextOf(List<SpokenWord> words)
    {
        StringBuilder text = new();
        foreach (SpokenWord word in words)
        {
            if (text.Length > 0 && char.IsLetter(word.Reading[0]))
                text.Append(' ');
            text.Append(word.Reading);
        }
        return text.ToString();
    }
}
