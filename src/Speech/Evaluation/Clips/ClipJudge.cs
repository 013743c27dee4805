using System.Runtime.CompilerServices;
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
    private readonly ConditionalWeakTable<float[], HeardSamples> _heard = [];

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
            speaker => speaker.Select(clip => (clip.Said, Hear(clip).Voice)).ToArray());
    }

    /// <summary>Judges a clip.</summary>
    /// <param name="clip">The clip and what it should be.</param>
    /// <param name="recording">The same words by the same speaker in the same accent; null where there is none.</param>
    public ClipScores Judge(Clip clip, Clip? recording)
    {
        HeardSamples heard = Hear(clip);
        return new()
        {
            Id = clip.Id,
            Speaker = clip.Speaker,
            Accent = clip.Accent,
            IsCross = clip.IsCross,
            Said = clip.Said,
            Heard = $"{heard.Words}",
            Errors = TokenErrors.Between(RecognizerSymbols.Of(clip.Reading), heard.Words),
            Similarity = Similarity(heard.Voice, clip.Speaker, clip.Said),
            Nearest = _voices.Keys.MaxBy(speaker => Similarity(heard.Voice, speaker, clip.Said)) ?? "",
            Accents = Accents(heard.Features, clip.Speaker),
            Pitch = PitchMoments.Of(heard.Features.Hertz),
            Rate = Rate(clip),
            Pair = recording is null ? null : Beside(clip, recording),
        };
    }

    /// <summary>How probable a recording's accent remains where another microphone and room are laid over it.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="random">Draws the channel.</param>
    /// <returns>Without and with; NaN where nobody can judge the speaker.</returns>
    public (double Without, double With) ChannelControl(Clip recording, Random random)
    {
        ClipFeatures features = new(recording.Samples); // its own, since the channel changes the mel
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
            HeardSamples heard = Hear(clip);
            float[][] cepstra = heard.Features.Cepstra;
            foreach ((string phone, double first, double end) in heard.Times(clip)?.Phones ?? [])
            {
                int from = (int)(first + (end - first) / 3), to = Math.Max(from + 1, (int)(end - (end - first) / 3));
                if (to > cepstra.Length)
                    continue;
                distances.Add(phone, [.. Enumerable.Range(0, cepstra[0].Length).Select(order =>
                    cepstra[from..to].Average(frame => (double)frame[order]))]);
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
            HeardSamples heard = Hear(clip);
            contrasts.Add(
                clip.Samples, heard.Features.Mel, heard.Features.Hertz, heard.Times(clip)?.Syllables ?? []);
        }
        return contrasts.Values;
    }

    private PairScores Beside(Clip clip, Clip recording)
    {
        ClipFeatures recorded = Hear(recording).Features, made = Hear(clip).Features;
        var path = TimeWarping.Align(
            recorded.Cepstra.Length, made.Cepstra.Length,
            (i, j) => MelCepstrum.Distance(recorded.Cepstra[i], made.Cepstra[j]));
        return new(
            path.Average(pair => MelCepstrum.Distance(recorded.Cepstra[pair.First], made.Cepstra[pair.Second])),
            PitchErrors.Between(recorded.Hertz, made.Hertz, path),
            PairedSums.OfPitch(recorded.Hertz, made.Hertz, path), TimeWarping.Disturbance(path),
            Durations(clip, recording), Rate(recording));
    }

    private DurationErrors Durations(Clip clip, Clip recording) =>
        recording.Said == clip.Said && Hear(recording).Times(recording) is { } real
        && Hear(clip).Times(clip) is { } made
            ? DurationErrors.Between(
                [.. real.Phones.Select(phone => phone.End - phone.First)],
                [.. made.Phones.Select(phone => phone.End - phone.First)])
            : default;

    // The same samples are asked of again and again, above all those of recordings.
    private HeardSamples Hear(Clip clip) =>
        _heard.GetValue(clip.Samples, samples => new(samples, _recognizer, _verifier));

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
