using System.Runtime.CompilerServices;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation.Judges;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>Judges clips against recordings: whose voice, which accent, what words, and how near to the same.</summary>
/// <remarks>One thread at a time.</remarks>
public sealed class ClipJudge
{
    /// <summary>
    /// Clips by which an accent is judged together: one sentence may hold nothing in which accents differ.
    /// </summary>
    public const int InARow = 3;

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

    /// <summary>Judges a clip, but for its accent, of which one clip says too little.</summary>
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
            Accents = new Dictionary<string, double>(),
            Pitch = PitchMoments.Of(heard.Features.Hertz),
            Rate = Rate(clip),
            Pair = recording is null ? null : Beside(clip, recording),
        };
    }

    /// <summary>
    /// Judges accents: those of <see cref="InARow"/> clips of one speaker in one accent together. The first of them
    /// gets what was heard; the others, and what is left over where there are enough, get nothing.
    /// </summary>
    /// <param name="clips">The clips.</param>
    /// <param name="scores">What else is known of each.</param>
    public IReadOnlyList<ClipScores> WithAccents(IReadOnlyList<Clip> clips, IReadOnlyList<ClipScores> scores)
    {
        ClipScores[] all = [.. scores];
        foreach (var cell in Enumerable.Range(0, clips.Count).GroupBy(k => (clips[k].Speaker, clips[k].Accent)))
        {
            int[] indices = [.. cell];
            foreach (int[] row in indices.Chunk(InARow).Where(row => row.Length == Math.Min(InARow, indices.Length)))
            {
                (float[] mel, float[] pitch) = InOne([.. row.Select(k => clips[k])]);
                all[row[0]] = all[row[0]] with { Accents = Accents(mel, pitch, cell.Key.Speaker) };
            }
        }
        return all;
    }

    /// <summary>How probable recordings' accent remains where another microphone and room are laid over them.</summary>
    /// <param name="recordings">Of one speaker in one accent.</param>
    /// <param name="random">Draws the channel.</param>
    /// <returns>Without and with; NaN where nobody can judge the speaker.</returns>
    public (double Without, double With) ChannelControl(IReadOnlyList<Clip> recordings, Random random)
    {
        (float[] mel, float[] pitch) = InOne(recordings);
        double before = Probability();
        new MelChannel(_verifier.Info.Network.Inputs, random).Apply(mel);
        return (before, Probability());

        double Probability() =>
            Accents(mel, pitch, recordings[0].Speaker).GetValueOrDefault(recordings[0].Accent, double.NaN);
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

    /// <summary>Mel and ln F0 of clips in a row.</summary>
    private (float[] Mel, float[] Pitch) InOne(IReadOnlyList<Clip> row) => (
        [.. row.SelectMany(clip => Hear(clip).Features.Mel)],
        [.. row.SelectMany(clip => Hear(clip).Features.LogF0)]);

    private Dictionary<string, double> Accents(float[] mel, float[] pitch, string speaker)
    {
        if (!_classifier.CanJudge(speaker))
            return [];
        double[] heard = _classifier.Probabilities(
            JudgeFeatures.Of(mel, _verifier.Info.Network.Inputs, pitch), speaker);
        return _classifier.Info.Accents.Zip(heard).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static SpeakingRate Rate(Clip clip) => SpeakingRate.Of(
        clip.Samples, MelConfig.Natural22k.SampleRate, RecognizerSymbols.Of(clip.Reading).Tones.Count);
}
