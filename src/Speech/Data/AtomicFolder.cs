namespace Kouyin.Speech.Data;

/// <summary>Makes a folder whole or not at all.</summary>
internal static class AtomicFolder
{
    /// <summary>Fills a temporary folder beside the wanted one and renames it.</summary>
    /// <param name="folder">The folder to make.</param>
    /// <param name="marker">A file by which a folder is known to be of the kind that may be replaced.</param>
    /// <param name="overwrite">Whether a folder with the marker may be replaced.</param>
    /// <param name="fill">Given the temporary folder; its result is the result.</param>
    public static T Write<T>(string folder, string marker, bool overwrite, Func<string, T> fill)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string temporary = $"{full}.{Path.GetRandomFileName()}.partial";
        try
        {
            return Fill(full, temporary, marker, overwrite, fill);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    /// <summary>
    /// The same with a temporary folder whose name is always the same and which outlives a stop or a kill, so that the
    /// next call finds in it what was done. A <see cref="UserException"/> of the work removes it.
    /// </summary>
    /// <inheritdoc cref="Write"/>
    public static T GoOn<T>(string folder, string marker, bool overwrite, Func<string, T> fill)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Fill(full, $"{full}.partial", marker, overwrite, temporary =>
        {
            try
            {
                return fill(temporary);
            }
            catch (UserException) // a full disk is none: what is done stays until there is room
            {
                Directory.Delete(temporary, recursive: true);
                throw;
            }
        });
    }

    private static T Fill<T>(string full, string temporary, string marker, bool overwrite, Func<string, T> fill)
    {
        RequireFree(full, marker, overwrite);
        try
        {
            Directory.CreateDirectory(temporary);
            T result = fill(temporary);
            if (Directory.Exists(full))
                Directory.Delete(full, recursive: true);
            Directory.Move(temporary, full);
            return result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(
                $"cannot write the folder: {e.Message}", full, "choose a place with room that may be written");
        }
    }

    private static void RequireFree(string folder, string marker, bool overwrite)
    {
        if (File.Exists(folder))
            throw new UserException("a file has the name of the folder to write", folder, "choose another --out");
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
            return;
        if (!File.Exists(Path.Combine(folder, marker)))
            throw new UserException("the folder to write holds something else", folder, "choose another --out");
        if (!overwrite)
            throw new UserException(
                "the folder to write exists already", folder, "choose another --out, or pass --overwrite");
    }
}
