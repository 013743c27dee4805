using System.Security.Cryptography;
using System.Text;

namespace Kouyin.Speech.Data;

/// <summary>Decides which utterances are learnt from and which are held out.</summary>
/// <remarks>
/// By hashes of names and texts, so a decision depends on nothing but itself: adding a corpus moves no utterance of
/// another. A corpus's own split is kept; what is said twice, by whomever, is on one side only where it has none.
/// </remarks>
internal sealed class SplitPlan
{
    private readonly PreparationRules _rules;
    private readonly HashSet<string> _unseen;
    private readonly Dictionary<string, int> _trainUtterances = [];

    public SplitPlan(IReadOnlyList<Recording> recordings, PreparationRules rules)
    {
        _rules = rules;
        _unseen = [.. rules.UnseenSpeakers, .. ChosenSpeakers(recordings, rules)];
        foreach (Recording recording in recordings)
        {
            int train = Own(recording) == Split.Train ? 1 : 0;
            _trainUtterances[recording.Speaker] = _trainUtterances.GetValueOrDefault(recording.Speaker) + train;
        }
    }

    /// <summary>The part of an utterance.</summary>
    public Split Of(Recording recording) =>
        _trainUtterances[recording.Speaker] == 0 ? Split.Unseen : Own(recording);

    /// <summary>Why an utterance is left out for its speaker's lack of others; null where it is not.</summary>
    public Refusal? LeftOut(Recording recording)
    {
        int train = _trainUtterances[recording.Speaker];
        return _rules.DropFew && train > 0 && train < _rules.FewUtterances
            ? new(recording.Id, recording.Speaker, RefusalReason.FewOfSpeaker, $"{train} training utterances")
            : null;
    }

    private Split Own(Recording recording)
    {
        if (_unseen.Contains(recording.Speaker))
            return Split.Unseen;
        return recording.Split ?? (Percent(Said(recording.Transcript)) < _rules.TestPercent ? Split.Test : Split.Train);
    }

    private static IEnumerable<string> ChosenSpeakers(IReadOnlyList<Recording> recordings, PreparationRules rules)
    {
        var byAccent = recordings.Where(recording => recording.Split != Split.Test).GroupBy(
            recording => recording.Accent, recording => recording.Speaker);
        foreach (IGrouping<string, string> accent in byAccent)
        {
            string[] speakers = [.. accent.Distinct().OrderBy(Percent).ThenBy(name => name, StringComparer.Ordinal)];
            // Someone is held out where it is asked for, and someone is left to learn from.
            int most = Math.Max(0, speakers.Length - 1), least = rules.UnseenPercent > 0 ? Math.Min(1, most) : 0;
            int count = (int)Math.Round(speakers.Length * rules.UnseenPercent / 100);
            foreach (string speaker in speakers.Take(Math.Clamp(count, least, most)))
                yield return speaker;
        }
    }

    private static string Said(Transcript transcript) =>
        transcript.Words.Count > 0 ? string.Join(' ', transcript.Words) : transcript.Text;

    /// <summary>0 to 100 by chance, but always the same for the same text.</summary>
    private static double Percent(string text) =>
        100.0 * BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text))) / uint.MaxValue;
}
