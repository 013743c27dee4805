namespace Kouyin.Speech;

/// <summary>Finds what comes with Kouyin, such as voices/ and recipes/, wherever the program lies.</summary>
public static class House
{
    /// <summary>
    /// Where to look, in order: KOUYIN_HOME; the program's folder and those above it, up to the clone's root.
    /// </summary>
    public static IEnumerable<string> Places()
    {
        if (Environment.GetEnvironmentVariable("KOUYIN_HOME") is { Length: > 0 } given)
            yield return given;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
            if (File.Exists(Path.Combine(folder.FullName, "Kouyin.slnx")))
                yield break;
        }
    }

    /// <summary>The first file or folder of that name, such as <c>voices</c>; null if there is none.</summary>
    public static string? Find(string relative) =>
        Places().Select(place => Path.Combine(place, relative)).FirstOrDefault(Path.Exists);
}
