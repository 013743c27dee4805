using System.Runtime.CompilerServices;
using System.Text;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Phones;

/// <summary>
/// One file a phenomenon in Snapshots/, to be read by somebody who speaks Mandarin: a comment, the level, then the text
/// and what becomes of it. After a wanted change, KOUYIN_SNAPSHOTS=write writes them anew, and git shows the
/// difference.
/// </summary>
public sealed class SnapshotTests
{
    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Source())!, "Snapshots");

    public static TheoryData<string> Phenomena =>
        [.. Directory.GetFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)!).Order()];

    [Theory]
    [MemberData(nameof(Phenomena))]
    public void Reading_is_as_reviewed(string phenomenon)
    {
        string path = Path.Combine(Folder, phenomenon + ".txt");
        string[] lines = File.ReadAllLines(path);
        string level = lines[1]["# level: ".Length..];

        StringBuilder now = new($"{lines[0]}\n{lines[1]}\n");
        foreach (string line in lines.Skip(2))
        {
            string text = line.Split('\t')[0];
            now.Append(line.Length == 0 ? "\n" : $"{text}\t{At(level, text)}\n");
        }

        if (Environment.GetEnvironmentVariable("KOUYIN_SNAPSHOTS") == "write")
            File.WriteAllText(path, now.ToString());
        Assert.Equal(string.Join('\n', lines) + "\n", now.ToString());
    }

    private static string At(string level, string text)
    {
        IReadOnlyList<Utterance> read = FrontEnd.Default.Read(text);
        return string.Join(level == "normalized" ? "" : " ", read.Select(utterance => level switch
        {
            "normalized" => utterance.Text,
            "lexical" => utterance.Lexical,
            "surface" => utterance.Surface,
            _ => string.Join(' ', utterance.Phones(PhoneSet.Named(level)).Select(phone => phone.Symbol)),
        }));
    }

    private static string Source([CallerFilePath] string path = "") => path;
}
