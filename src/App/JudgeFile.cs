using Kouyin.Speech;

namespace Kouyin.App;

/// <summary>The recognizer of the clone's judges/.</summary>
internal static class JudgeFile
{
    private const string Name = "recognizer.safetensors";

    /// <summary>The file given, or the clone's.</summary>
    /// <exception cref="UserException">None is given, and the clone has none.</exception>
    public static string Find(string? given)
    {
        if (given is not null)
            return given;
        string file = Path.Combine(House.Find("judges") ?? "judges", Name);
        return File.Exists(file)
            ? file
            : throw new UserException(
                "there is no recognizer in this clone", "--judge",
                "train one: kouyin judge recognizer --data PREPARED");
    }
}
