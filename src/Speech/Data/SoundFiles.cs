namespace Kouyin.Speech.Data;

/// <summary>Finds the sound files of a corpus by their names.</summary>
internal static class SoundFiles
{
    private static readonly string[] Endings = [".wav", ".flac", ".ogg", ".mp3", ".opus"];

    /// <summary>The sound files below a folder by name without ending; the first of a name counts.</summary>
    public static Dictionary<string, string> Below(string folder)
    {
        Dictionary<string, string> found = [];
        if (!Directory.Exists(folder))
            return found;
        // In the order of their paths, which is not the file system's.
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(IsSound).Order(StringComparer.Ordinal))
            found.TryAdd(Path.GetFileNameWithoutExtension(path), path);
        return found;
    }

    // Archives made on a Mac hold a ._ file of no sound beside each.
    private static bool IsSound(string path) =>
        Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
        && !Path.GetFileName(path).StartsWith("._", StringComparison.Ordinal);
}
