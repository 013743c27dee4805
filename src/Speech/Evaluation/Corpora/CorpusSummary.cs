using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Evaluation.Corpora;

/// <summary>What a set of utterances of prepared data comes to.</summary>
/// <param name="Name">A speaker's or an accent's name.</param>
/// <param name="Accent">The accent.</param>
/// <param name="Gender">As the corpus writes it; empty for an accent.</param>
public sealed record CorpusGroup(string Name, string Accent, string Gender)
{
    private readonly HashSet<string> _speakers = [];

    /// <summary>Speakers.</summary>
    public int Speakers => _speakers.Count;

    /// <summary>Utterances to learn from.</summary>
    public int Train { get; private set; }

    /// <summary>Utterances held out.</summary>
    public int HeldOut { get; private set; }

    /// <summary>Length of both, in seconds.</summary>
    public double Seconds { get; private set; }

    /// <summary>Phones without silence and pauses.</summary>
    public long Phones { get; private set; }

    /// <summary>Phones a second.</summary>
    public double PhoneRate => Seconds == 0 ? 0 : Phones / Seconds;

    /// <summary>Lengths of utterances, in bins of a tenth of a second.</summary>
    public Histogram Lengths { get; } = new(0, 0.1, 300);

    /// <summary>Phones a second of each utterance, in bins of a quarter.</summary>
    public Histogram Rates { get; } = new(0, 0.25, 120);

    /// <summary>The pitch of voiced frames: log2 of hertz, from 50 to 800 Hz in bins of a quarter tone.</summary>
    public Histogram Octaves { get; } = new(Math.Log2(50), 1 / 24.0, 96);

    internal void Add(PreparedUtterance utterance, ReadOnlySpan<float> logF0, int phones)
    {
        _speakers.Add(utterance.Speaker);
        (Train, HeldOut) = utterance.Split == Split.Train ? (Train + 1, HeldOut) : (Train, HeldOut + 1);
        Seconds += utterance.Seconds;
        Phones += phones;
        Lengths.Add(utterance.Seconds);
        Rates.Add(phones / utterance.Seconds);
        foreach (float value in logF0)
        {
            if (value > 0)
                Octaves.Add(value / Math.Log(2));
        }
    }
}

/// <summary>What prepared data holds: in all, by accent, by speaker, and what was refused.</summary>
public sealed class CorpusSummary
{
    private const int MostClips = 12;
    private const double ClipSeconds = 4;

    /// <summary>Counts everything; no sound is opened.</summary>
    public CorpusSummary(PreparedCorpus corpus)
    {
        Dictionary<string, string> genders = corpus.Info.Speakers.ToDictionary(s => s.Name, s => s.Gender);
        Dictionary<string, CorpusGroup> speakers = [], accents = [];
        for (int k = 0; k < corpus.Utterances.Count; k++)
        {
            PreparedUtterance u = corpus.Utterances[k];
            if (!accents.TryGetValue(u.Accent, out CorpusGroup? accent))
                accents[u.Accent] = accent = new(u.Accent, u.Accent, "");
            string key = $"{u.Speaker}\t{u.Accent}"; // a speaker may have several accents
            if (!speakers.TryGetValue(key, out CorpusGroup? speaker))
                speakers[key] = speaker = new(u.Speaker, u.Accent, genders[u.Speaker]);
            int phones = u.Phones.Count(phone => phone != PhoneSet.Silence && !Punctuation(phone));
            foreach (CorpusGroup group in (CorpusGroup[])[All, accent, speaker])
                group.Add(u, corpus.LogF0(k), phones);
        }
        Accents = [.. accents.Values.OrderByDescending(group => group.Seconds).ThenBy(group => group.Name)];
        Speakers = [.. speakers.Values.OrderBy(group => group.Accent, StringComparer.Ordinal)
            .ThenBy(group => group.Name, StringComparer.Ordinal)];
        Refusals = [.. corpus.Refusals.GroupBy(refusal => refusal.Reason)
            .Select(group => (group.Key, group.Count(), group.First())).OrderByDescending(row => row.Item2)];
        Clips = Choose(corpus);
    }

    /// <summary>Everything.</summary>
    public CorpusGroup All { get; } = new("all", "", "");

    /// <summary>By accent, the largest first.</summary>
    public IReadOnlyList<CorpusGroup> Accents { get; }

    /// <summary>By speaker, and by accent where one has several.</summary>
    public IReadOnlyList<CorpusGroup> Speakers { get; }

    /// <summary>Why utterances were left out, how many, and one of them; the most frequent reason first.</summary>
    public IReadOnlyList<(RefusalReason Reason, int Count, Refusal Example)> Refusals { get; }

    /// <summary>Utterances to listen to: of every accent in turn, of as many speakers as there are.</summary>
    public IReadOnlyList<int> Clips { get; }

    /// <summary>A page about the data: one HTML file that needs nothing else.</summary>
    /// <param name="corpus">The same data; its sounds are opened for the clips.</param>
    public string ToHtml(PreparedCorpus corpus) => CorpusPage.Of(corpus, this);

    private static bool Punctuation(string phone) => phone.Length == 1 && char.IsPunctuation(phone[0]);

    private static int[] Choose(PreparedCorpus corpus)
    {
        // Of each speaker the utterance whose length is nearest to what one likes to listen to.
        var candidates = corpus.Utterances.Select((u, index) => (Utterance: u, Index: index))
            .GroupBy(c => (c.Utterance.Accent, c.Utterance.Speaker))
            .Select(group => group.MinBy(c => Math.Abs(c.Utterance.Seconds - ClipSeconds)))
            .GroupBy(c => c.Utterance.Accent)
            .SelectMany(accent => accent.OrderBy(c => c.Utterance.Speaker, StringComparer.Ordinal)
                .Select((c, turn) => (c.Index, c.Utterance.Accent, Turn: turn)));
        return [.. candidates.OrderBy(c => c.Turn).Take(MostClips).OrderBy(c => c.Accent, StringComparer.Ordinal)
            .ThenBy(c => c.Turn).Select(c => c.Index)];
    }
}
