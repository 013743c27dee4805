using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Phones;

/// <summary>
/// The targets of docs/frontend.md hold. <c>tools/FrontEnd score</c> prints the whole table and every miss.
/// </summary>
public sealed class FrontEndAccuracyTests
{
    [SharedFact("text/aishell3_test_pinyin.tsv")]
    public void Human_transcripts_are_read_as_they_were_spoken()
    {
        int right = 0, all = 0;
        foreach (string[] row in Shared.Rows("text/aishell3_test_pinyin.tsv"))
        {
            string[] spoken = row[2].Split(' ');
            string[] read = FrontEnd.Default.Read(row[1])[0].Surface.Split(' ');
            right += spoken.Length == read.Length ? spoken.Zip(read).Count(pair => pair.First == pair.Second) : 0;
            all += spoken.Length;
        }

        Assert.True(right >= 0.965 * all, $"{right} of {all} syllables");
    }

    [SharedFact("cases/frontend.tsv")]
    public void Published_cases_are_met()
    {
        string[] missed =
            [.. Shared.Rows("cases/frontend.tsv").Skip(1).Where(row => !IsMet(row)).Select(row => row[2])];

        Assert.True(missed.Length <= 8, string.Join("\n", missed));
    }

    private static bool IsMet(string[] row)
    {
        if (row[2].Contains('▁', StringComparison.Ordinal))
            return true;
        string read = string.Concat(FrontEnd.Default.Read(row[2]).Select(utterance => row[1] switch
        {
            "text" => utterance.Text,
            "lexical" => utterance.Lexical,
            _ => utterance.Surface,
        }));
        return row[4].Split('；').Append(row[3]).Any(accepted => Bare(accepted) == Bare(read));
    }

    private static string Bare(string text) =>
        string.Concat(text.Where(c => !char.IsWhiteSpace(c) && !char.IsPunctuation(c)));
}
