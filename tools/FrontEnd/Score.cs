using Kouyin.Speech.Phones;
using Reader = Kouyin.Speech.Phones.FrontEnd;

namespace Kouyin.Tools.FrontEnd;

/// <summary>The front end against labelled text: the table of docs/frontend.md.</summary>
/// <param name="shared">The folder with cases/ and text/.</param>
/// <param name="misses">Where to list every miss, or null.</param>
internal sealed class Score(string shared, TextWriter? misses)
{
    /// <summary>Prints the whole table.</summary>
    public void Print()
    {
        Cases();
        Aishell();
        Cpp("cpp_dev.tsv");
        Cpp("cpp_test.tsv");
    }

    private void Cases()
    {
        int right = 0, all = 0;
        foreach (string[] row in Rows("cases/frontend.tsv").Skip(1))
        {
            string got = Answer(row[1], row[2]);
            string[] accepted = [row[3], .. row[4].Split('；')];
            bool same = accepted.Any(answer => Bare(answer) == Bare(got));
            right += same ? 1 : 0;
            all++;
            if (!same)
                misses?.WriteLine($"case\t{row[0]}\t{row[2]}\twant {row[3]}\tgot {got}");
        }
        Line("frontend.tsv, exact", right, all);
    }

    private void Aishell()
    {
        int syllableErrors = 0, syllables = 0, phoneErrors = 0, phones = 0;
        foreach (string[] row in Rows("text/aishell3_test_pinyin.tsv"))
        {
            string[] want = row[2].Split(' ');
            string[] got = Answer("surface", row[1]).Split(' ');
            int errors = Distance(want, got);
            syllableErrors += errors;
            syllables += want.Length;
            string[] wantPhones = PhonesOf(want);
            phoneErrors += Distance(wantPhones, PhonesOf(got));
            phones += wantPhones.Length;
            if (errors > 0)
                misses?.WriteLine($"aishell\t{row[1]}\t{Differences(row[1], want, got)}");
        }
        Line("AISHELL-3 test, syllables with tone", syllables - syllableErrors, syllables);
        Line("AISHELL-3 test, phone errors", phoneErrors, phones);
    }

    private void Cpp(string file)
    {
        int right = 0, all = 0;
        foreach (string[] row in Rows($"text/{file}"))
        {
            string want = row[1].Replace("u:", "v", StringComparison.Ordinal);
            string got = Marked(row[0]);
            right += got == want ? 1 : 0;
            all++;
            if (got != want)
                misses?.WriteLine($"{file}\t{row[0]}\twant {want}\tgot {got}");
        }
        Line($"CPP {file}", right, all);
    }

    private static string Answer(string level, string input)
    {
        if (input.Contains('▁', StringComparison.Ordinal))
            return Marked(input);
        IReadOnlyList<Utterance> read = Reader.Default.Read(input);
        return string.Join(level == "text" ? "" : " ", read.Select(utterance => level switch
        {
            "text" => utterance.Text,
            "lexical" => utterance.Lexical,
            _ => utterance.Surface,
        }));
    }

    /// <summary>The reading of the character between marks.</summary>
    private static string Marked(string input)
    {
        int at = input.IndexOf('▁', StringComparison.Ordinal);
        string plain = input.Replace("▁", "", StringComparison.Ordinal);
        Token? token = Reader.Default.Read(plain).SelectMany(utterance => utterance.Tokens)
            .FirstOrDefault(token => token.Start <= at && at < token.End);
        if (token is null)
            return "";
        return token.Lexical.Erhua && plain[at] == '儿' ? "er5" : token.Lexical.ToString();
    }

    private static string[] PhonesOf(string[] pinyin) =>
        [.. pinyin.SelectMany(syllable => Pinyin.TryParse(syllable, out Pinyin parsed)
            ? PhoneSet.InitialsFinals.Phones(parsed)
            : [syllable])];

    private static string Differences(string text, string[] want, string[] got) => want.Length != got.Length
        ? $"want {string.Join(' ', want)}\tgot {string.Join(' ', got)}"
        : string.Join(", ", Enumerable.Range(0, want.Length).Where(i => want[i] != got[i])
            .Select(i => $"{(i < text.Length ? text[i] : ' ')} {want[i]} ≠ {got[i]}"));

    private static int Distance(string[] a, string[] b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }

    private static string Bare(string text) =>
        string.Concat(text.Where(c => !char.IsWhiteSpace(c) && !char.IsPunctuation(c)));

    private IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Path.Combine(shared, file)).Select(line => line.Split('\t'));

    private static void Line(string name, int part, int whole) =>
        Console.WriteLine($"{name,-40}{part,8} of {whole,-8}{100.0 * part / whole,7:F2} %");
}
