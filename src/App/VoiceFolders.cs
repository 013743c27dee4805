using Kouyin.Speech;
using Kouyin.Speech.Voices;

namespace Kouyin.App;

/// <summary>Voices by name: folders of the clone's voices/.</summary>
internal static class VoiceFolders
{
    /// <summary>Every voice of the clone, by name.</summary>
    public static IEnumerable<string> All() =>
        House.Find("voices") is { } root
            ? Directory.GetDirectories(root).Where(folder => File.Exists(Path.Combine(folder, VoiceFile.Name))).Order()
            : [];

    /// <summary>A voice by name, folder or file; the clone's first where none is named.</summary>
    /// <exception cref="UserException">There is no such voice.</exception>
    public static string Find(string? name)
    {
        string[] all = [.. All()];
        if (name is null && all.Length > 0)
            return all[0];
        if (name is not null && all.FirstOrDefault(folder => Path.GetFileName(folder) == name) is { } known)
            return known;
        if (name is not null && Path.Exists(name))
            return name;
        throw new UserException(
            name is null ? "there is no voice in this clone" : $"there is no voice «{name}»", "--voice",
            all.Length > 0
                ? $"choose one of: {string.Join(", ", all.Select(Path.GetFileName))}, or give a folder that train made"
                : "train one: kouyin train voice --data PREPARED");
    }
}
