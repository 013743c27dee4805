using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation.Judges;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>Judges clips against recordings: whose voice, which accent, what words, and how near to the same.</summary>
/// <remarks>One thread at a time.</remarks>
public sealed class ClipJudge
{
    private readonly Recognizer _recognizer;
    private readonly SpeakerVerifier _verifier;
    private readonly AccentClassifier _classifier;
    private readonly IReadOnlyDictionary<string, (string Said, float[] Vector)[]> _voices;

    /// <summary>Learns the voices of recordings.</summary>
    /// <param name="recognizer">Hears words.</param>
    /// <param name="verifier">Hears speakers.</param>
    /// <param name="classifier">Hears accents.</param>
    /// <param name="recordings">Of every speaker, in any accent.</param>
    public ClipJudge(
        Recognizer recognizer, SpeakerVerifier verifier, AccentClassifier classifier, IEnumerable<Clip> recordings)
    {
        (_recognizer, _verifier, _classifier) = (recognizer, verifier, classifier);
        recognizer.Demand(MelConfig.Natural22k);
        verifier.Demand(MelConfig.Natural22k);
        classifier.Demand(MelConfig.Natural22k);
        _voices = recordings.GroupBy(clip => clip.Speaker).ToDictionary(
            speaker => speaker.Key,
            speaker => speaker.Select(clip => (clip.Said, Vector(new ClipFeatures(clip.Samples)))).ToArray());
    }

    /// <summary>Judges a clip.</summary>
    /// <param name="clip">The clip and what it should be.</param>
    /// <param name="recording">The same words by the same speaker in the same accent; null where there is none.</param>
    public ClipScores Judge(Clip clip, Clip? recording)
    {
        ClipFeatures features = new(clip.Samples);
        float[] vector = Vector(features);
        SpokenTokens said = RecognizerSymbols.Of(clip.Reading), heard = _recognizer.Hear(features.Mel);
        return new()
        {
            Id = clip.Id,
            Speaker = clip.Speaker,
            Accent = clip.Accent,
            Said = clip.Said,
            Heard = $"{heard}",
            Errors = TokenErrors.Between(said, heard),
            Similarity = Similarity(vector, clip.Speaker, clip.Said),
            Nearest = _voices.Keys.MaxBy(speaker => Similarity(vector, speaker, clip.Said)) ?? "",
            Accents = Accents(features, clip.Speaker),
            Pitch = PitchMoments.Of(features.Hertz),
            Rate = Rate(clip),
            Pair = recording is null ? null : Beside(clip, features, recording),
        };
    }

    /// <summary>How probable a recording's accent remains where another microphone and room are laid over it.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="random">Draws the channel.</param>
    /// <returns>Without and with; NaN where nobody can judge the speaker.</returns>
    public (double Without, double With) ChannelControl(Clip recording, Random random)
    {
        ClipFeatures features = new(recording.Samples);
        double before = Accents(features, recording.Speaker).GetValueOrDefault(recording.Accent, double.NaN);
        new MelChannel(_verifier.Info.Network.Inputs, random).Apply(features.Mel);
        return (before, Accents(features, recording.Speaker).GetValueOrDefault(recording.Accent, double.NaN));
    }

    /// <summary>The distances among a speaker's phones in some clips: his accent without his voice.</summary>
    /// <param name="clips">Of one speaker in one accent.</param>
    public double[] Distances(IEnumerable<Clip> clips)
    {
        AccentDistances distances = new();
        foreach (Clip clip in clips)
        {
            ClipFeatures features = new(clip.Samples);
            foreach ((string phone, double first, double end) in Times(clip, features)?.Phones ?? [])
            {
                int from = (int)(first + (end - first) / 3), to = Math.Max(from + 1, (int)(end - (end - first) / 3));
                if (to > features.Cepstra.Length)
                    continue;
                distances.Add(phone, [.. Enumerable.Range(0, features.Cepstra[0].Length).Select(order =>
                    features.Cepstra[from..to].Average(frame => (double)frame[order]))]);
            }
        }
        return distances.Table();
    }

    /// <summary>By what accents differ, in some clips of one speaker in one accent; melodies in semitones.</summary>
    /// <param name="clips">The clips.</param>
    /// <returns>In the order of <see cref="PhoneticContrasts.Names"/>.</returns>
    public double[] Contrasts(IEnumerable<Clip> clips)
    {
        PhoneticContrasts contrasts = new(levelSemitones: 1);
        foreach (Clip clip in clips)
        {
            ClipFeatures features = new(clip.Samples);
            contrasts.Add(clip.Samples, features.Mel, features.Hertz, Times(clip, features)?.Syllables ?? []);
        }
        return contrasts.Values;
    }

    private PairScores Beside(Clip clip, ClipFeatures features, Clip recording)
    {
        ClipFeatures recorded = new(recording.Samples);
        var path = TimeWarping.Align(
            recorded.Cepstra.Length, features.Cepstra.Length,
            (i, j) => MelCepstrum.Distance(recorded.Cepstra[i], features.Cepstra[j]));
        return new(
            path.Average(pair => MelCepstrum.Distance(recorded.Cepstra[pair.First], features.Cepstra[pair.Second])),
            PitchErrors.Between(recorded.Hertz, features.Hertz, path),
            PairedSums.OfPitch(recorded.Hertz, features.Hertz, path), TimeWarping.Disturbance(path),
            Durations(recording, recorded, clip, features), Rate(recording));
    }

    private DurationErrors Durations(Clip recording, ClipFeatures recorded, Clip clip, ClipFeatures features) =>
        recording.Said == clip.Said && Times(recording, recorded) is { } real && Times(clip, features) is { } made
            ? DurationErrors.Between(
                [.. real.Phones.Select(phone => phone.End - phone.First)],
                [.. made.Phones.Select(phone => phone.End - phone.First)])
            : default;

    private SyllableTimes? Times(Clip clip, ClipFeatures features) => SyllableTimes.Of(
        _recognizer, MelConfig.Natural22k, features.Mel, features.Hertz, clip.Samples.Length, clip.Reading);

    private float[] Vector(ClipFeatures features) => _verifier.EmbedMel(features.Mel);

    /// <summary>Cosine to the middle of a speaker's recordings, those of the same words left out.</summary>
    private double Similarity(float[] vector, string speaker, string said)
    {
        float[][] others = [.. _voices.GetValueOrDefault(speaker, [])
            .Where(recording => recording.Said != said).Select(recording => recording.Vector)];
        return others.Length == 0 ? double.NaN : SpeakerVerifier.Cosine(vector, SpeakerVerifier.Centre(others));
    }

    private Dictionary<string, double> Accents(ClipFeatures features, string speaker)
    {
        if (!_classifier.CanJudge(speaker))
            return [];
        double[] heard = _classifier.Probabilities(
            JudgeFeatures.Of(features.Mel, _verifier.Info.Network.Inputs, features.LogF0), speaker);
        return _classifier.Info.Accents.Zip(heard).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static SpeakingRate Rate(Clip clip) => SpeakingRate.Of(
        clip.Samples, MelConfig.Natural22k.SampleRate, RecognizerSymbols.Of(clip.Reading).Tones.Count);
}
