namespace Kouyin;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary name in the same folder, flushes it to the disk and renames it to <paramref name="path"/>;
    /// whatever stood there before stays until then, and stays for good if <paramref name="write"/> throws.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Target(path);
        string temporary = TemporaryName(target);
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            if (temporary != target)
                File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException(
                $"cannot write the file: {e.Message}", path, "choose a place you may write to, with room on its disk");
        }
        finally
        {
            if (temporary != target)
                File.Delete(temporary);
        }
    }

    private static string Target(string path)
    {
        if (Directory.Exists(path))
            throw new UserException("cannot write the file: a folder has that name", path, "give the name of a file");
        string full = Path.GetFullPath(path);
        if (!Directory.Exists(Path.GetDirectoryName(full)))
            throw new UserException(
                "cannot write the file: its folder does not exist", path, $"mkdir -p {Path.GetDirectoryName(full)}");
        bool isLink = new FileInfo(full).LinkTarget is not null;
        return isLink ? File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName : full;
    }

    // A device such as /dev/stdout cannot be renamed onto: it is written in place.
    private static string TemporaryName(string target) => target.StartsWith("/dev/", StringComparison.Ordinal)
        ? target
        : Path.Combine(
            Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Environment.ProcessId}.{Random.Shared.Next():x}");
}
