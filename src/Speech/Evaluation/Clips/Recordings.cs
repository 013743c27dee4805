using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>Recordings that a voice did not learn from, to hold it against.</summary>
public sealed class Recordings
{
    /// <summary>Their samples in a second: what the judges hear.</summary>
    public static int SampleRate => MelConfig.Natural22k.SampleRate;

    private readonly ILookup<(string Speaker, string Accent), Clip> _cells;

    /// <summary>Takes recordings as they are.</summary>
    public Recordings(IReadOnlyList<Clip> clips)
    {
        All = clips;
        _cells = clips.ToLookup(clip => (clip.Speaker, clip.Accent));
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<Clip> All { get; }

    /// <summary>The recordings of prepared data.</summary>
    /// <param name="corpora">With their sound, and whether all may be used; else their held-out part is.</param>
    /// <param name="most">Recordings of each speaker in each accent at most, evenly chosen.</param>
    /// <exception cref="UserException">One was prepared without its sound, or none is left.</exception>
    public static Recordings From(IEnumerable<(PreparedCorpus Corpus, bool All)> corpora, int most)
    {
        Recordings recordings = new([.. corpora.SelectMany(data => Clips(data.Corpus, data.All, most))]);
        return recordings.All.Count > 0
            ? recordings
            : throw new UserException("no recording is held out", "--data", "give data with a held-out part");
    }

    /// <summary>Those of a speaker in an accent.</summary>
    public IReadOnlyList<Clip> Of(string speaker, string accent) => [.. _cells[(speaker, accent)]];

    /// <summary>What a speaker is to say in an accent: what he said in it, else what he said at all; nothing where
    /// nothing of him is recorded, since there is nothing to hold him against.</summary>
    public IReadOnlyList<Clip> ToSay(string speaker, string accent, int most)
    {
        Clip[] said = [.. _cells[(speaker, accent)]];
        if (said.Length == 0)
            said = [.. All.Where(clip => clip.Speaker == speaker).DistinctBy(clip => clip.Said)];
        return Evenly(said, most);
    }

    /// <summary>The recording of these words by a speaker in an accent.</summary>
    public Clip? Find(string speaker, string accent, string said) =>
        _cells[(speaker, accent)].FirstOrDefault(clip => clip.Said == said);

    /// <summary>A recording that is wrong in one way and, where there is such a one, in no other.</summary>
    /// <param name="right">What would be right.</param>
    /// <param name="how">In which way.</param>
    public Clip? Wrong(Clip right, Floor how)
    {
        IEnumerable<Clip> wrong = how switch
        {
            Floor.WrongSpeaker => All.Where(clip => clip.Speaker != right.Speaker),
            Floor.WrongAccent => All.Where(clip => clip.Accent != right.Accent),
            _ => All.Where(clip => clip.Speaker == right.Speaker && clip.Said != right.Said),
        };
        return wrong.OrderByDescending(clip => (clip.Said == right.Said ? 4 : 0)
                + (clip.Speaker == right.Speaker ? 2 : 0) + (clip.Accent == right.Accent ? 1 : 0))
            .ThenBy(clip => Order(right.Id + clip.Id)).FirstOrDefault();
    }

    private static IEnumerable<Clip> Clips(PreparedCorpus corpus, bool all, int most) =>
        JudgeGroups(corpus, all).SelectMany(group => Evenly([.. group], most)).Select(k =>
        {
            PreparedUtterance u = corpus.Utterances[k];
            Sound sound = new(PcmSamples.Floats(corpus.Samples(k)), corpus.Info.Mel.SampleRate);
            return new Clip(u.Id, u.Speaker, u.Accent, u.Reading, sound.To(SampleRate).Samples)
            {
                Phones = u.Phones,
            };
        });

    private static IEnumerable<IGrouping<(string, string), int>> JudgeGroups(PreparedCorpus corpus, bool all) =>
        Enumerable.Range(0, corpus.Utterances.Count).Where(k => all || corpus.Utterances[k].Split != Split.Train)
            .GroupBy(k => (corpus.Utterances[k].Speaker, corpus.Utterances[k].Accent));

    private static T[] Evenly<T>(T[] all, int most)
    {
        int count = Math.Min(most, all.Length);
        return [.. Enumerable.Range(0, count).Select(k => all[(int)((long)k * all.Length / count)])];
    }

    /// <summary>A number that is the same for the same text and looks random, so that ties fall on all alike.</summary>
    private static uint Order(string text)
    {
        uint hash = 2166136261; // FNV-1a: .NET's own hash differs from run to run
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        return hash;
    }
}
