using Kouyin.Speech;

namespace Kouyin.App;

/// <summary>The judges of the clone's judges/.</summary>
internal static class JudgeFile
{
    /// <summary>The names of the files, and of the commands that make them.</summary>
    public const string Recognizer = "recognizer", Speaker = "speaker", Accent = "accent";

    /// <summary>The file given, or the clone's.</summary>
    /// <param name="given">A file, or null.</param>
    /// <param name="judge">Which judge.</param>
    /// <exception cref="UserException">None is given, and the clone has none.</exception>
    public static string Find(string? given, string judge = Recognizer)
    {
        if (given is not null)
            return given;
        string file = Path.Combine(House.Find("judges") ?? "judges", $"{judge}.safetensors");
        return File.Exists(file)
            ? file
            : throw new UserException(
                $"there is no {judge} judge in this clone", file,
                $"train one: kouyin judge {judge} --data PREPARED --out {file}");
    }
}
