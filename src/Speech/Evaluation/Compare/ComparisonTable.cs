using System.Globalization;
using System.Text;

namespace Kouyin.Speech.Evaluation.Compare;

/// <summary>A comparison as tables in Markdown, for a terminal or a page of documentation.</summary>
public static class ComparisonTable
{
    /// <summary>The verdicts, the log's beside what was measured, and the numbers that they rest on.</summary>
    /// <param name="comparison">The comparison.</param>
    public static string Of(Comparison comparison)
    {
        StringBuilder text = new();
        Part(comparison, text, true, "In accents that are not the speakers' own");
        Part(comparison, text, false, "In the speakers' own accents");
        return text.ToString();
    }

    private static void Part(Comparison comparison, StringBuilder text, bool cross, string title)
    {
        IReadOnlyList<Contender> shown = comparison.WhoSpoke(cross);
        if (shown.Count == 0)
            return;
        ComparedMeasure[] measures = [.. ComparedMeasure.All.Take(5)];
        text.Append(CultureInfo.InvariantCulture, $"### {title}\n\n| |");
        foreach (ComparedMeasure measure in measures)
            text.Append(CultureInfo.InvariantCulture, $" {measure.Name} |");
        text.Append(" the log | measured |\n|").Insert(text.Length, " --- |", measures.Length + 3).Append('\n');
        foreach (Contender contender in shown)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {contender.Name} |");
            foreach (ComparedMeasure measure in measures)
                text.Append(CultureInfo.InvariantCulture,
                    $" {Cell(comparison.Of(contender, measure, cross), measure)} |");
            bool judged = comparison.IsJudgedAcross(contender) == cross;
            text.Append(CultureInfo.InvariantCulture,
                $" {contender.Log} | {(judged ? comparison.Verdict(contender) : "")} |\n");
        }
        text.Append('\n');
    }

    /// <summary>The score with its interval and, where the difference from the reference is certain, that.</summary>
    internal static string Cell(ComparedScore found, ComparedMeasure measure)
    {
        if (found.Score is not { Value: var score })
            return "none";
        string cell = $"{Number(score.Value)} ({Number(score.Low)} to {Number(score.High)})";
        return found.Difference is { IsCertain: true, Value.Value: var difference }
            ? $"{cell} **{(difference > 0 ? "+" : "")}{Number(difference)}**" : cell;

        string Number(double value) => value.ToString($"F{measure.Digits}", CultureInfo.InvariantCulture);
    }
}
