using System.Collections.Concurrent;
using System.Text;

namespace Kouyin;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    // Temporary names in use: whoever ends the process with Environment.Exit leaves none behind.
    private static readonly ConcurrentDictionary<string, bool> Unfinished = new(StringComparer.Ordinal);

    static AtomicFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (string temporary in Unfinished.Keys)
            File.Delete(temporary);
    };

    /// <summary>
    /// Writes to a temporary name in the same folder, flushes it to the disk and renames it to <paramref name="path"/>;
    /// whatever stood there before stays until then, and stays for good if <paramref name="write"/> throws.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Target(path);
        bool inPlace = target.StartsWith("/dev/", StringComparison.Ordinal);   // a device cannot be renamed onto
        string temporary = inPlace ? target : TemporaryName(target);
        if (!inPlace)
            Unfinished[temporary] = true;
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            if (!inPlace)
                File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
        finally
        {
            if (Unfinished.TryRemove(temporary, out _))
                File.Delete(temporary);
        }
    }

    /// <summary>Writes a text, as UTF-8, in the same way.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Finds out before long work whether <see cref="Write"/> will be allowed to write there.</summary>
    /// <exception cref="UserException">It will not.</exception>
    public static void CheckWritable(string path)
    {
        string target = Target(path);
        string temporary = TemporaryName(target);
        if (temporary == target)
            return;
        try
        {
            using FileStream probe = new(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    private static UserException Unwritable(string path, Exception e) => new(
        $"cannot write the file: {e.Message}", path, "choose a place you may write to, with room on its disk");

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

    private static string TemporaryName(string target) => Path.Combine(
        Path.GetDirectoryName(target)!,
        $".{Path.GetFileName(target)}.{Environment.ProcessId}.{Random.Shared.Next():x}");
}
