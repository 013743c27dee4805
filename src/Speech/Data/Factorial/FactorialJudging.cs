using System.Globalization;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Data.Factorial;

/// <summary>
/// Speech to teach judges with: every speaker of the factorial corpus and twelve strangers in all three accents, in
/// sentences that the factorial corpus does not have. What a judge learns here, no recipe learns.
/// </summary>
public static class FactorialJudging
{
    /// <summary>The list, <c>path|pinyin|speaker|accent</c>.</summary>
    public const string ListFile = "list.txt";

    private const int Least = 8, Most = 13; // syllables in a sentence

    /// <summary>Speakers that no recipe hears: from them a judge can learn accents apart from who speaks.</summary>
    public static IReadOnlyList<FactorialSpeaker> Strangers { get; } =
    [
        new("JUD01", "f2", "female", 1.10, 240, 10, 0.22),
        new("JUD02", "m2", "male", 0.96, 115, 11, 0.20),
        new("JUD03", "f3", "female", 1.00, 195, 12, 0.21),
        new("JUD04", "m8", "male", 1.03, 135, 10, 0.24),
        new("JUD05", "f4", "female", 1.15, 262, 9, 0.19),
        new("JUD06", "adam", "male", 0.90, 100, 12, 0.22),
        new("JUD07", "f5", "female", 0.95, 178, 11, 0.23),
        new("JUD08", "Michael", "male", 1.08, 150, 9, 0.19),
        new("JUD09", "Annie", "female", 1.04, 225, 12, 0.20),
        new("JUD10", "pablo", "male", 0.93, 106, 10, 0.21),
        new("JUD11", "Alicia", "female", 1.18, 278, 11, 0.205),
        new("JUD12", "boris", "male", 0.99, 124, 12, 0.19),
    ];

    /// <summary>Makes the speech.</summary>
    /// <param name="folder">The folder to make; it appears complete or not at all.</param>
    /// <param name="sentences">How many each speaker says, the same in each accent.</param>
    /// <param name="seed">Decides every chance; the same gives the same bytes.</param>
    /// <param name="overwrite">Whether to replace such a folder that is there already.</param>
    /// <param name="progress">Told after every utterance.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <returns>Utterances, and seconds of sound in all.</returns>
    /// <exception cref="UserException">espeak-ng is missing.</exception>
    public static (int Utterances, double Seconds) Write(
        string folder, int sentences, int seed, bool overwrite, IProgress<WorkDone>? progress = null,
        CancellationToken cancel = default)
    {
        FactorialSpeaker[] speakers = [.. FactorialSpeaker.All, .. Strangers];
        EspeakProgram.RequireVariants(speakers.Select(speaker => speaker.Variant));
        Sentence[] drawn = Draw(speakers.Length * sentences, seed);
        int accents = FactorialAccent.All.Count;
        return AtomicFolder.Write(folder, ListFile, overwrite, root =>
        {
            string scratch = Path.Combine(root, "scratch");
            Directory.CreateDirectory(scratch);
            FactorialSpeech speech = new(new(scratch), seed);
            Aishell3Writer writer = new(root);
            string[] lines = new string[drawn.Length * accents];
            Tally tally = new(lines.Length, progress);
            ParallelWork.For(lines.Length, Environment.ProcessorCount, i =>
            {
                FactorialSpeaker speaker = speakers[i / accents / sentences];
                FactorialAccent accent = FactorialAccent.All[i % accents];
                Sentence sentence = drawn[i / accents];
                string id = string.Create(
                    CultureInfo.InvariantCulture, $"{speaker.Name}-{accent.Name}-judging-{i / accents + 1:0000}");
                tally.Add(writer.Add(
                    id, new(speaker.Name, CorpusSpeaker.Unknown, speaker.Gender, accent.Name), Split.Train,
                    sentence.Words, speech.Say(speaker, accent, sentence).Sound));
                lines[i] = string.Join('|', $"train/wav/{speaker.Name}/{id}.wav",
                    string.Join(' ', sentence.Words.Select(word => word.Reading)), speaker.Name, accent.Name);
            }, cancel);
            File.WriteAllLines(Path.Combine(root, ListFile), lines);
            Directory.Delete(scratch, recursive: true);
            return (lines.Length, tally.SoundSeconds);
        });
    }

    /// <summary>Syllables of the built-in sentences in any order, a comma within and a stop at the end.</summary>
    internal static Sentence[] Draw(int count, int seed)
    {
        SpokenWord[] syllables =
        [
            .. Sentence.BuiltIn().SelectMany(sentence => sentence.WithoutErhua().Words)
                .Where(word => Pinyin.TryParse(word.Reading, out _)),
        ];
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => DrawOne(syllables, random))];
    }

    private static Sentence DrawOne(SpokenWord[] syllables, Random random)
    {
        int length = random.Next(Least, Most + 1), comma = random.Next(3, length - 2);
        List<SpokenWord> words = [];
        for (int k = 0; k < length; k++)
        {
            if (k == comma)
                words.Add(new("，", ","));
            words.Add(syllables[random.Next(syllables.Length)]);
        }
        return new([.. words, new("。", ".")]);
    }
}
