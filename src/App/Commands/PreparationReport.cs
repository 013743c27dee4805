using Kouyin.Speech.Data;

namespace Kouyin.App.Commands;

/// <summary>Says what a preparation kept, what it held out and what it refused.</summary>
internal static class PreparationReport
{
    private const int NamesShown = 8;

    public static void Write(PreparedInfo info, string folder, TextWriter output)
    {
        PreparedSpeaker[] learnt = [.. info.Speakers.Where(speaker => speaker.TrainUtterances > 0)];
        output.WriteLine($"{info.Utterances} utterances, {info.Seconds / 60:0.0} minutes, "
            + $"{learnt.Length} speakers to learn, {info.Speakers.Count - learnt.Length} held out");
        foreach (IGrouping<string, PreparedSpeaker> accent in info.Speakers.GroupBy(speaker => speaker.Accent)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  {accent.Key}: {accent.Count(speaker => speaker.TrainUtterances > 0)} speakers, "
                + $"{accent.Sum(speaker => speaker.TrainUtterances)} utterances and "
                + $"{accent.Sum(speaker => speaker.TrainSeconds) / 60:0.0} minutes to learn from, "
                + $"{accent.Sum(speaker => speaker.TestUtterances)} utterances held out");
        }
        PreparedSpeaker[] few = [.. learnt.Where(speaker => speaker.TrainUtterances < info.Rules.FewUtterances)];
        if (few.Length > 0)
            output.WriteLine($"{few.Length} speakers have fewer than {info.Rules.FewUtterances} training utterances: "
                + string.Join(", ", few.Take(NamesShown).Select(speaker => $"{speaker.Name} {speaker.TrainUtterances}"))
                + (few.Length > NamesShown ? ", …" : ""));
        foreach ((string reason, int count) in info.Refused)
            output.WriteLine($"refused {count}: {reason} (see {Path.Combine(folder, "refused.tsv")})");
        output.WriteLine($"mel {info.MelHash}, phones {info.PhoneSet} {info.PhoneSetHash}, in {folder}");
    }
}
