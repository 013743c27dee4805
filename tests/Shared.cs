namespace Kouyin;

/// <summary>A test that wants the shared evidence (fixtures, corpora), which a plain clone does not have.</summary>
internal static class Shared
{
    /// <summary>
    /// The folder, or null where it is absent: KOUYIN_SHARED, else a folder named shared beside the checkout.
    /// </summary>
    public static string? Root { get; } = Find();

    /// <summary>A file or folder in it.</summary>
    public static string PathOf(string relative) => Path.Combine(Root!, relative);

    /// <summary>The lines of a tab-separated file in it.</summary>
    public static IEnumerable<string[]> Rows(string relative) =>
        File.ReadLines(PathOf(relative)).Select(line => line.Split('\t'));

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("KOUYIN_SHARED") is { Length: > 0 } given)
            return Directory.Exists(given) ? given : null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Kouyin.slnx")))
                continue;
            string beside = Path.Combine(folder.Parent!.FullName, "shared");
            return Directory.Exists(beside) ? beside : null;
        }
        return null;
    }
}

/// <summary>A fact that is skipped, with its reason, where a shared file is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string path)
    {
        if (Shared.Root is null || !Path.Exists(Shared.PathOf(path)))
            Skip = $"needs ../shared/{path}, which is not part of a clone";
    }
}

/// <summary>A theory that is skipped, with its reason, where a shared file is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute(string path)
    {
        if (Shared.Root is null || !Path.Exists(Shared.PathOf(path)))
            Skip = $"needs ../shared/{path}, which is not part of a clone";
    }
}
