namespace Kouyin.Speech.Data;

/// <summary>Reads a corpus in whichever layout it has.</summary>
public static class CorpusReader
{
    private static readonly (string Name, Func<string, bool> Fits, Func<string, string, Corpus> Read)[] Layouts =
    [
        ("aishell3", Aishell3Corpus.Fits, Aishell3Corpus.Read),
        ("magichub", MagicHubCorpus.Fits, (root, _) => MagicHubCorpus.Read(root)),
        ("ljspeech", LjSpeechCorpus.Fits, (root, _) => LjSpeechCorpus.Read(root)),
        ("list", File.Exists, (root, _) => ListCorpus.Read(root)),
        ("libritts", LibriTtsCorpus.Fits, (root, _) => LibriTtsCorpus.Read(root)),
    ];

    /// <summary>The layouts' names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Layouts.Select(layout => layout.Name)];

    /// <summary>Reads a corpus; it opens no sound file.</summary>
    /// <param name="source">A folder or a list; the layout's name and a colon may stand before it.</param>
    /// <param name="labels">The label file of AISHELL-3's layout.</param>
    /// <exception cref="UserException">It is not there, or has none of the layouts.</exception>
    public static Corpus Read(string source, string labels = Aishell3Corpus.DefaultLabels)
    {
        string name = source.Split(':')[0];
        if (source.Contains(':') && Names.Contains(name))
            return Layouts.First(layout => layout.Name == name).Read(source[(name.Length + 1)..], labels);
        if (!Path.Exists(source))
            throw new UserException("there is no such corpus", source, "give a folder, or a list of recordings");
        foreach (var layout in Layouts)
        {
            if (layout.Fits(source))
                return layout.Read(source, labels);
        }
        throw new UserException(
            "the folder has none of the layouts that are known", source,
            $"put the layout's name before it: {string.Join(", ", Names.Select(known => known + ":"))}");
    }
}
