using System.Text;
using Kouyin.Speech.Evaluation;

namespace Kouyin.Speech.Data.Factorial;

/// <summary>The measured contrasts of every speaker in every accent, and what they say.</summary>
/// <param name="Speakers">In the order of the first index of <paramref name="Values"/>.</param>
/// <param name="Sentences">How many each pair said.</param>
/// <param name="Values">By speaker, accent and <see cref="PhoneticContrasts.Names"/>.</param>
public sealed record FactorialProof(IReadOnlyList<FactorialSpeaker> Speakers, int Sentences, double[,][] Values)
{
    private static readonly IReadOnlyList<FactorialAccent> Accents = FactorialAccent.All;
    private static readonly string[] Shared = ["by accent", "by speaker"];

    /// <summary>Says the sentences as every speaker in every accent and measures them.</summary>
    /// <exception cref="UserException">espeak-ng is missing, or cannot say a sentence.</exception>
    public static FactorialProof Measure(
        FactorialOptions options, IProgress<WorkDone>? progress = null, CancellationToken cancel = default)
    {
        EspeakProgram.RequireVariants(options.Speakers.Select(speaker => speaker.Variant));
        Sentence[] sentences = [.. options.Sentences.Select(sentence => sentence.WithoutErhua())];
        double[,][] values = new double[options.Speakers.Count, Accents.Count][];
        string scratch = Directory.CreateTempSubdirectory("kouyin-factorial-").FullName;
        try
        {
            FactorialSpeech speech = new(new(scratch), options.Seed);
            Tally tally = new(values.Length, progress);
            ParallelWork.For(values.Length, options.Workers, i =>
            {
                (int speaker, int accent) = (i / Accents.Count, i % Accents.Count);
                FactorialSpeaker who = options.Speakers[speaker];
                double seconds = 0;
                PhoneticContrasts contrasts = new(LevelSemitones(who));
                foreach (Sentence sentence in sentences)
                {
                    FactorialUtterance said = speech.Say(who, Accents[accent], sentence);
                    contrasts.Add(said.Sound.Samples, said.Syllables);
                    seconds += said.Sound.Seconds;
                }
                values[speaker, accent] = contrasts.Values;
                tally.Add(seconds);
            }, cancel);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
        return new(options.Speakers, sentences.Length, values);
    }

    /// <summary>How much of a number's variance over all pairs its accent explains, and how much its speaker.</summary>
    /// <param name="measure">Index into the names.</param>
    /// <returns>Eta squared of a two-way analysis of variance; what is left to 1 is their interaction.</returns>
    public (double Accent, double Speaker) Explained(int measure)
    {
        int[] speakers = [.. Enumerable.Range(0, Speakers.Count)], accents = [.. Enumerable.Range(0, Accents.Count)];
        double Value(int speaker, int accent) => Values[speaker, accent][measure];
        double mean = speakers.Average(s => accents.Average(a => Value(s, a)));
        double total = speakers.Sum(s => accents.Sum(a => Square(Value(s, a) - mean)));
        double accent = accents.Sum(a => Square(speakers.Average(s => Value(s, a)) - mean)) * Speakers.Count;
        double speaker = speakers.Sum(s => Square(accents.Average(a => Value(s, a)) - mean)) * Accents.Count;
        return total == 0 ? (0, 0) : (accent / total, speaker / total);
    }

    /// <summary>
    /// The tables, in Markdown: of the accents, what was designed and what is measured, mean and extremes over the
    /// speakers; of the speakers, what is measured in the standard and how far the other accents are from it.
    /// </summary>
    public string ToMarkdown()
    {
        StringBuilder text = new();
        Row(text, ["the accent's", .. Accents.SelectMany(a => (string[])[a.Name, "measured"]), .. Shared]);
        Row(text, Enumerable.Repeat("---", 2 * Accents.Count + 3));
        for (int measure = 0; measure < PhoneticContrasts.OfAccent; measure++)
        {
            int m = measure;
            Row(text, [PhoneticContrasts.Names[m],
                .. Accents.SelectMany((a, k) => (string[])[Designed(a, m), OverSpeakers(m, k)]), .. Shares(m)]);
        }
        int[] own = [.. Enumerable.Range(0, PhoneticContrasts.Names.Count).Skip(PhoneticContrasts.OfAccent)];
        text.Append('\n');
        Row(text, ["the speaker's", .. own.SelectMany(m => (string[])[PhoneticContrasts.Names[m], "other accents"])]);
        Row(text, Enumerable.Repeat("---", 2 * own.Length + 1));
        for (int speaker = 0; speaker < Speakers.Count; speaker++)
        {
            int s = speaker;
            Row(text, [Speakers[s].Name, .. own.SelectMany(m => OfSpeaker(s, m))]);
        }
        Row(text, [string.Join(", ", Shared), .. own.SelectMany(Shares)]);
        return text.ToString();
    }

    /// <summary>Four of Chao's levels make the speaker's designed range, so melodies can be held against the design.
    /// </summary>
    private static double LevelSemitones(FactorialSpeaker speaker) => speaker.RangeSemitones / 4;

    private static void Row(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Designed(FactorialAccent accent, int measure) => measure switch
    {
        0 => $"sh as `{accent.Sh}`",
        1 => accent.In == accent.Ing ? "merged" : "apart",
        2 => accent.Eng == "n" ? "merged" : "apart",
        3 => Invariant($"{accent.Tone2[0].Level - accent.Tone2.Min(point => point.Level):0.0}"),
        4 => Invariant($"{accent.Tone3Final[^1].Level - accent.Tone3Final.Min(point => point.Level):0.0}"),
        _ => Invariant($"{accent.NeutralLength:0.0}"),
    };

    private string OverSpeakers(int measure, int accent)
    {
        double[] values = [.. Enumerable.Range(0, Speakers.Count).Select(speaker => Values[speaker, accent][measure])];
        return Invariant($"{values.Average():0.00} ({values.Min():0.00} to {values.Max():0.00})");
    }

    private string[] OfSpeaker(int speaker, int measure)
    {
        double[] values = [.. Enumerable.Range(0, Accents.Count).Select(accent => Values[speaker, accent][measure])];
        IEnumerable<string> others = values.Skip(1)
            .Select(value => Invariant($"{100 * (value / values[0] - 1):+0.0;-0.0;0.0} %"));
        return [Invariant($"{values[0]:0.0}"), string.Join(", ", others)];
    }

    private string[] Shares(int measure)
    {
        (double accent, double speaker) = Explained(measure);
        return [Invariant($"{100 * accent:0.0} %"), Invariant($"{100 * speaker:0.0} %")];
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static double Square(double value) => value * value;
}
