namespace Kouyin.Torch;

/// <summary>Where the native library may lie.</summary>
internal static class ShimLocation
{
    private const string FileName = "libkouyin_torch.so";

    /// <summary>
    /// KOUYIN_SHIM alone if set; else beside the program, then native/build of the checkouts above it.
    /// </summary>
    internal static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("KOUYIN_SHIM") is { Length: > 0 } given)
        {
            yield return given;
            yield break;
        }
        yield return Path.Combine(AppContext.BaseDirectory, FileName);
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "native", "shim.h")))
                yield return Path.Combine(folder.FullName, "native", "build", FileName);
        }
    }
}
