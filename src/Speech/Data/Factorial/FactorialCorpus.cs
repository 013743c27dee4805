using System.Globalization;

namespace Kouyin.Speech.Data.Factorial;

/// <summary>What the factorial corpus is to hold.</summary>
public sealed record FactorialOptions
{
    /// <summary>The sentences.</summary>
    public required IReadOnlyList<Sentence> Sentences { get; init; }

    /// <summary>Who speaks; on the diagonal the first in the first accent, the second in the second.</summary>
    public IReadOnlyList<FactorialSpeaker> Speakers { get; init; } = FactorialSpeaker.All;

    /// <summary>Every so many-th sentence is held out, and only those are said off the diagonal.</summary>
    public int TestEvery { get; init; } = 10;

    /// <summary>Decides every chance; the same gives the same bytes.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many sentences to say at once.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether to replace a corpus that is there already.</summary>
    public bool Overwrite { get; init; }
}

/// <summary>
/// Every speaker in every accent, which no recorded corpus has: a model learns from the diagonal, where each speaker
/// has one accent, and what it then says off the diagonal can be held against the truth.
/// </summary>
public static class FactorialCorpus
{
    /// <summary>The folder of each speaker in his own accent, in AISHELL-3's layout.</summary>
    public const string Diagonal = "diagonal";

    /// <summary>The folder of each speaker in the other accents, held-out sentences only.</summary>
    public const string OffDiagonal = "off-diagonal";

    /// <summary>
    /// The list in <see cref="OffDiagonal"/>, <c>path|pinyin|speaker|accent</c>: its speakers have several accents.
    /// </summary>
    public const string ListFile = "list.txt";

    /// <summary>The accent in which a speaker is learnt.</summary>
    /// <param name="speaker">Index of the speaker.</param>
    public static FactorialAccent Own(int speaker) => FactorialAccent.All[speaker % FactorialAccent.All.Count];

    /// <summary>Makes both corpora.</summary>
    /// <param name="options">What to say.</param>
    /// <param name="folder">The folder to make; it appears complete or not at all.</param>
    /// <param name="progress">Told after every utterance.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <returns>Utterances on and off the diagonal, and seconds of sound in all.</returns>
    /// <exception cref="UserException">espeak-ng is missing, or cannot say a sentence.</exception>
    public static (int On, int Off, double Seconds) Write(
        FactorialOptions options, string folder, IProgress<WorkDone>? progress = null,
        CancellationToken cancel = default)
    {
        EspeakProgram.RequireVariants(options.Speakers.Select(speaker => speaker.Variant));
        List<Cell> cells = [.. Cells(options)];
        return AtomicFolder.Write(folder, Path.Combine(Diagonal, Aishell3Writer.SpeakerFile), options.Overwrite, root =>
        {
            string scratch = Path.Combine(root, "scratch"), off = Path.Combine(root, OffDiagonal);
            Directory.CreateDirectory(scratch);
            Directory.CreateDirectory(off);
            FactorialSpeech speech = new(new(scratch), options.Seed);
            Aishell3Writer diagonal = new(Path.Combine(root, Diagonal)), others = new(off);
            Tally tally = new(cells.Count, progress);
            ParallelWork.For(cells.Count, options.Workers, i =>
            {
                FactorialUtterance said = speech.Say(cells[i].Speaker, cells[i].Accent, cells[i].Sentence);
                tally.Add((cells[i].OnDiagonal ? diagonal : others).Add(
                    cells[i].Id, cells[i].Described, cells[i].Split, cells[i].Sentence.Words, said.Sound));
            }, cancel);
            diagonal.Finish();
            File.WriteAllLines(Path.Combine(off, ListFile), cells.Where(cell => !cell.OnDiagonal).Select(Line));
            Directory.Delete(scratch, recursive: true);
            int on = cells.Count(cell => cell.OnDiagonal);
            return (on, cells.Count - on, tally.SoundSeconds);
        });
    }

    private static IEnumerable<Cell> Cells(FactorialOptions options)
    {
        Sentence[] sentences = [.. options.Sentences.Select(sentence => sentence.WithoutErhua())];
        for (int speaker = 0; speaker < options.Speakers.Count; speaker++)
        {
            foreach (FactorialAccent accent in FactorialAccent.All)
            {
                for (int k = 0; k < sentences.Length; k++)
                {
                    Cell cell = new(options.Speakers[speaker], accent, sentences[k], k + 1,
                        accent == Own(speaker), (k + 1) % options.TestEvery == 0 ? Split.Test : Split.Train);
                    if (cell.OnDiagonal || cell.Split == Split.Test)
                        yield return cell;
                }
            }
        }
    }

    private static string Line(Cell cell) => string.Join('|', $"test/wav/{cell.Speaker.Name}/{cell.Id}.wav",
        string.Join(' ', cell.Sentence.Words.Select(word => word.Reading)), cell.Speaker.Name, cell.Accent.Name);

    /// <summary>One sentence of one speaker in one accent.</summary>
    private sealed record Cell(
        FactorialSpeaker Speaker, FactorialAccent Accent, Sentence Sentence, int Number, bool OnDiagonal, Split Split)
    {
        public string Id => string.Create(CultureInfo.InvariantCulture, $"{Speaker.Name}-{Accent.Name}-{Number:0000}");

        public CorpusSpeaker Described => new(Speaker.Name, CorpusSpeaker.Unknown, Speaker.Gender, Accent.Name);
    }
}
