namespace Kouyin.Speech.Data;

/// <summary>What the utterances of prepared data come to, in all, by speaker and by accent.</summary>
internal sealed class PreparedCounts
{
    private readonly SortedDictionary<string, SpeakerCount> _speakers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _trainByAccent = new(StringComparer.Ordinal);

    public PreparedCounts(IEnumerable<PreparedUtterance> utterances)
    {
        foreach (PreparedUtterance utterance in utterances)
            Add(utterance);
    }

    public int Utterances { get; private set; }

    public long Frames { get; private set; }

    public long Samples { get; private set; }

    /// <summary>Accents that can be learnt first, by name, then those that are only held out.</summary>
    public IReadOnlyList<string> Accents =>
        [.. _trainByAccent.OrderBy(accent => accent.Value == 0).Select(accent => accent.Key)];

    /// <summary>Speakers that can be learnt first, by name, then those that are only held out.</summary>
    /// <param name="described">What the corpora say of each.</param>
    public IReadOnlyList<PreparedSpeaker> Speakers(IReadOnlyDictionary<string, CorpusSpeaker> described) =>
    [
        .. _speakers.OrderBy(speaker => speaker.Value.Train == 0).Select(speaker => new PreparedSpeaker(
            speaker.Key, speaker.Value.Accent, described[speaker.Key].Gender, speaker.Value.Train,
            speaker.Value.HeldOut, Math.Round(speaker.Value.TrainSeconds, 1))),
    ];

    private void Add(PreparedUtterance utterance)
    {
        Utterances++;
        Frames += utterance.Frames;
        Samples += utterance.Samples;
        bool train = utterance.Split == Split.Train;
        _trainByAccent[utterance.Accent] = _trainByAccent.GetValueOrDefault(utterance.Accent) + (train ? 1 : 0);
        if (!_speakers.TryGetValue(utterance.Speaker, out SpeakerCount? speaker))
            _speakers[utterance.Speaker] = speaker = new();
        speaker.Add(utterance, train);
    }

    private sealed class SpeakerCount
    {
        private readonly SortedDictionary<string, int> _accents = new(StringComparer.Ordinal);

        public int Train { get; private set; }

        public int HeldOut { get; private set; }

        public double TrainSeconds { get; private set; }

        public string Accent => _accents.MaxBy(accent => accent.Value).Key;

        public void Add(PreparedUtterance utterance, bool train)
        {
            (Train, HeldOut) = train ? (Train + 1, HeldOut) : (Train, HeldOut + 1);
            TrainSeconds += train ? utterance.Seconds : 0;
            _accents[utterance.Accent] = _accents.GetValueOrDefault(utterance.Accent) + 1;
        }
    }
}
