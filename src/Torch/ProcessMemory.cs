using System.Globalization;

namespace Kouyin.Torch;

/// <summary>How much memory this process holds.</summary>
public static class ProcessMemory
{
    /// <summary>
    /// Bytes in memory that are its own. Files mapped into memory, such as prepared data, do not count where the system
    /// tells them apart (Linux): their pages come as they are read and go when others need the room.
    /// </summary>
    public static long Own
    {
        get
        {
            const string Status = "/proc/self/status", Key = "RssAnon:";
            string? line = File.Exists(Status)
                ? File.ReadLines(Status).FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal))
                : null;
            return line is null
                ? Environment.WorkingSet
                : 1024 * long.Parse(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(),
                    CultureInfo.InvariantCulture);
        }
    }
}
