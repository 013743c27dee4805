using Kouyin.Speech.Audio;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Clips;

/// <summary>
/// Lets voices say what recordings say, as every speaker in every accent, and judges it beside the recordings. What
/// the recordings themselves score is found once for all the voices that are examined.
/// </summary>
/// <remarks>One thread at a time.</remarks>
/// <param name="judge">Knows the recordings' voices.</param>
/// <param name="recordings">What is said, and by whom.</param>
public sealed class VoiceExam(ClipJudge judge, Recordings recordings)
{
    private const int Controlled = 50;

    private readonly Dictionary<(Clip Right, Floor How), (Clip, ClipScores)?> _wrong = [];
    private readonly Dictionary<(Clip Recording, IVocoder Vocoder), (Clip, ClipScores)> _copies = [];
    private readonly Lazy<Dictionary<(string Speaker, string Accent), double[]>> _tables = new(() =>
        recordings.All.GroupBy(clip => (clip.Speaker, clip.Accent))
            .ToDictionary(cell => cell.Key, cell => judge.Distances(cell)));

    private readonly Lazy<Measured[]> _control = new(() => Control(judge, recordings));

    /// <summary>Lets a voice speak.</summary>
    /// <param name="voice">The voice.</param>
    /// <param name="vocoder">What makes sound of its mels.</param>
    /// <param name="how">How, but for speaker, accent and seed; the seed of each clip counts up from this one.</param>
    /// <param name="most">Clips of each speaker in each accent at most.</param>
    /// <param name="progress">Told how many of how many are spoken.</param>
    public IReadOnlyList<Clip> Speak(
        Voice voice, IVocoder vocoder, SayOptions how, int most, Action<int, int>? progress = null)
    {
        var wanted = voice.Info.Speakers.SelectMany(speaker =>
            (voice.Info.Accents.Count > 0 ? voice.Info.Accents : [speaker.Accent]).SelectMany(accent =>
                recordings.ToSay(speaker.Name, accent, most)
                    .Select(clip => (Speaker: speaker, Accent: accent, Clip: clip)))).ToArray();
        List<Clip> spoken = [];
        foreach ((VoiceSpeaker speaker, string accent, Clip clip) in wanted)
        {
            using TensorScope scope = new();
            var mel = voice.Speak(clip.Phones, how with
            {
                Speaker = speaker.Name,
                Accent = voice.Info.Accents.Count > 0 ? accent : null,
                Seed = how.Seed + spoken.Count,
            });
            spoken.Add(new(
                $"{speaker.Name}-{accent}-{spoken.Count + 1:0000}", speaker.Name, accent, clip.Reading,
                AtJudgesRate(vocoder.Samples(mel.Mel.ToArray()), vocoder))
            {
                IsCross = accent != speaker.Accent,
            });
            progress?.Invoke(spoken.Count, wanted.Length);
        }
        return spoken;
    }

    /// <summary>Judges what was spoken.</summary>
    /// <param name="name">The voice's name.</param>
    /// <param name="spoken">What was spoken.</param>
    /// <param name="vocoder">What made sound of it, and makes copies of the recordings.</param>
    /// <param name="progress">Told how many of how many are judged.</param>
    public VoiceEvaluation Judge(
        string name, IReadOnlyList<Clip> spoken, IVocoder vocoder, Action<int, int>? progress = null)
    {
        Clip?[] real = [.. spoken.Select(clip => recordings.Find(clip.Speaker, clip.Accent, clip.Said))];
        List<ClipScores> scores = [];
        foreach (Clip clip in spoken)
        {
            scores.Add(judge.Judge(clip, real[scores.Count]));
            progress?.Invoke(scores.Count, spoken.Count);
        }
        IReadOnlyList<ClipScores> heard = judge.WithAccents(spoken, scores);
        IReadOnlyList<ClipScores> copies = Copies(spoken, real, vocoder);
        Dictionary<Floor, IReadOnlyList<ClipScores>> floors = Enum.GetValues<Floor>().ToDictionary(
            how => how, how => Floors([.. spoken.Zip(real, (clip, recording) => (recording ?? clip, recording))], how));
        return new(
            name,
            [
                .. Measure.All.Select(measure => new EvaluationRow(
                    measure.Name, measure.Over(heard), measure.Over(copies), measure.Over(floors[measure.Floor]))),
            ],
            Grid(spoken, heard), _control.Value, heard, copies);
    }

    private IReadOnlyList<ClipScores> Copies(IReadOnlyList<Clip> spoken, Clip?[] real, IVocoder vocoder)
    {
        List<(Clip Clip, ClipScores Scores)> copies = [];
        for (int k = 0; k < spoken.Count; k++)
        {
            if (real[k] is { } recording)
            {
                (Clip copy, ClipScores scores) = Copy(recording, vocoder);
                copies.Add((copy, scores with { Id = spoken[k].Id, IsCross = spoken[k].IsCross }));
            }
        }
        return judge.WithAccents([.. copies.Select(copy => copy.Clip)], [.. copies.Select(copy => copy.Scores)]);
    }

    private IReadOnlyList<ClipScores> Floors(IReadOnlyList<(Clip Right, Clip? Recording)> clips, Floor how)
    {
        (Clip Clip, ClipScores Scores)[] wrong =
            [.. clips.Select(clip => Wrong(clip.Right, clip.Recording, how)).OfType<(Clip, ClipScores)>()];
        return judge.WithAccents([.. wrong.Select(pair => pair.Clip)], [.. wrong.Select(pair => pair.Scores)]);
    }

    /// <summary>What the vocoder makes of a recording.</summary>
    private (Clip Clip, ClipScores Scores) Copy(Clip recording, IVocoder vocoder)
    {
        if (!_copies.TryGetValue((recording, vocoder), out var known))
        {
            float[] samples = new Sound(recording.Samples, Recordings.SampleRate).To(vocoder.Mel.SampleRate).Samples;
            float[] copied = vocoder.Samples(new MelSpectrogram(vocoder.Mel).Compute(samples));
            Clip copy = recording with { Samples = AtJudgesRate(copied, vocoder) };
            _copies[(recording, vocoder)] = known = (copy, judge.Judge(copy, recording));
        }
        return known;
    }

    private (Clip Clip, ClipScores Scores)? Wrong(Clip right, Clip? recording, Floor how)
    {
        if (!_wrong.TryGetValue((right, how), out var known))
        {
            if (recordings.Wrong(right, how) is { } other)
            {
                Clip wrong = right with { Samples = other.Samples };
                known = (wrong, judge.Judge(wrong, recording));
            }
            if (recording is not null)
                _wrong[(right, how)] = known;
        }
        return known;
    }

    private EvaluationCell[] Grid(IReadOnlyList<Clip> spoken, IReadOnlyList<ClipScores> scores) =>
    [
        .. spoken.Zip(scores).GroupBy(pair => (pair.First.Speaker, pair.First.Accent)).Select(cell =>
        {
            (string speaker, string accent) = cell.Key;
            IReadOnlyList<Clip> real = recordings.Of(speaker, accent);
            return new EvaluationCell(
                speaker, accent, cell.Count(), cell.Count(pair => pair.Second.Pair is not null),
                cell.Average(pair => pair.Second.Similarity),
                cell.Select(pair => pair.Second.AccentProbability).Where(double.IsFinite)
                    .DefaultIfEmpty(double.NaN).Average(),
                Margin(judge.Distances(cell.Select(pair => pair.First)), speaker, accent),
                judge.Contrasts(cell.Select(pair => pair.First)), real.Count > 0 ? judge.Contrasts(real) : []);
        }),
    ];

    /// <summary>Nearness to the accent of other speakers' recordings, less that to the nearest other accent.</summary>
    private double Margin(double[] table, string speaker, string accent)
    {
        Dictionary<string, double> near = _tables.Value.Where(cell => cell.Key.Speaker != speaker)
            .GroupBy(cell => cell.Key.Accent).ToDictionary(
                group => group.Key,
                group => AccentDistances.Similarity(
                    table, AccentDistances.Mean([.. group.Select(cell => cell.Value)])));
        return near.TryGetValue(accent, out double own) && near.Count > 1
            ? own - near.Where(other => other.Key != accent).Max(other => other.Value)
            : double.NaN;
    }

    private static Measured[] Control(ClipJudge judge, Recordings recordings)
    {
        Random random = new(1);
        Clip[][] rows =
        [
            .. recordings.All.GroupBy(clip => (clip.Speaker, clip.Accent))
                .SelectMany(cell => cell.Chunk(ClipJudge.InARow)),
        ];
        int every = Math.Max(1, rows.Length / Controlled);
        (double Without, double With)[] pairs =
        [
            .. rows.Where((_, k) => k % every == 0).Select(row => judge.ChannelControl(row, random))
                .Where(pair => double.IsFinite(pair.Without) && double.IsFinite(pair.With)),
        ];
        return pairs.Length == 0 ? [] :
        [
            Measured.Ratio([.. pairs.Select(pair => (100 * pair.Without, 1.0))]),
            Measured.Ratio([.. pairs.Select(pair => (100 * pair.With, 1.0))]),
        ];
    }

    private static float[] AtJudgesRate(float[] samples, IVocoder vocoder) =>
        new Sound(samples, vocoder.Mel.SampleRate).To(Recordings.SampleRate).Samples;
}
