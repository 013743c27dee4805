using System.Globalization;
using System.Net;

namespace Kouyin.Speech.Telling;

/// <summary>What a run's log suggests to do next.</summary>
internal static class RunAdvice
{
    // Held-out losses wander by about so much; a rise beyond it, for so much of the run, is one.
    private const double Rise = 1.02, LateShare = 0.7;

    /// <summary>Sentences in HTML, the most useful first.</summary>
    /// <param name="rows">The log.</param>
    /// <param name="fact">What the run's first row says by name.</param>
    public static IEnumerable<string> Of(IReadOnlyList<LogRow> rows, Func<string, string> fact)
    {
        long step = rows.Count == 0 ? 0 : rows.Max(row => row.Step);
        bool finished = fact("steps").Replace(",", "", StringComparison.Ordinal) == F($"{step}");
        string folder = fact("folder"), data = fact("data"), command = fact("command");
        if (!finished && command.Length > 0)
            yield return $"If it has stopped, go on: {Code($"{command} --resume")}";
        if (fact("makes") == "vocoder")
        {
            yield return $"Measure it beside others: {Code($"kouyin vocoders --data {data} --vocoder {folder}")}";
            yield return $"Listen to it: {Code($"kouyin vocode recording.wav --vocoder {folder} --out copy.wav")}";
        }
        else
        {
            yield return $"Speak with it: {Code($"kouyin say \"今天天气真好。\" --voice {folder} --out speech.wav")}";
            yield return $"Measure how much is understood: "
                + Code($"kouyin intelligibility --data {data} --voice {folder}");
        }
        foreach (string name in rows.SelectMany(row => row.Losses?.Keys ?? []).Distinct())
        {
            if (RisenSince(rows, name) is { } best)
                yield return WebUtility.HtmlEncode(name)
                    + F($" on held-out utterances was lowest at step {best:N0} and has risen since:")
                    + " more steps teach it the training data by heart; more data or fewer steps help.";
        }
        if (rows.Any(row => row.Kind == LogKind.Skip))
            yield return "Steps were left out: listen to the utterances named below, or lower the learning rate.";
        if (!rows.Any(row => row.Kind == LogKind.HeldOut))
            yield return "Nothing was measured on held-out utterances yet.";
    }

    private static long? RisenSince(IReadOnlyList<LogRow> rows, string name)
    {
        LogRow[] held = [.. rows.Where(row => row.Kind == LogKind.HeldOut && row.Losses?.ContainsKey(name) == true)];
        if (held.Length < 5)
            return null;
        LogRow best = held.MinBy(row => row.Losses![name])!;
        double lowest = best.Losses![name], now = held[^3..].Average(row => row.Losses![name]);
        return best.Step < LateShare * held[^1].Step && now - lowest > (Rise - 1) * Math.Abs(lowest) ? best.Step : null;
    }

    private static string Code(string command) => $"<code>{WebUtility.HtmlEncode(command)}</code>";

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
