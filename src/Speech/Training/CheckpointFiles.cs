using System.Globalization;
using System.Runtime.InteropServices;

namespace Kouyin.Speech.Training;

/// <summary>
/// The checkpoints in a run's folder: the newest under one name, and some before it under their steps'.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="keep">How many to keep, the newest included.</param>
internal sealed partial class CheckpointFiles(string folder, int keep)
{
    private const string Stem = "checkpoint-", Ending = ".safetensors";

    /// <summary>The newest.</summary>
    public string Newest { get; } = Path.Combine(folder, Trainer.CheckpointName);

    /// <summary>
    /// Gives the newest a second name, which it keeps when the next is written in its place: at no moment is there
    /// none.
    /// </summary>
    /// <param name="step">The step that it is of.</param>
    public void KeepNewest(long step)
    {
        if (keep < 2 || !File.Exists(Newest))
            return;
        string name = Path.Combine(folder, Stem + step.ToString("D8", CultureInfo.InvariantCulture) + Ending);
        File.Delete(name);
        if (link(Newest, name) != 0) // a file system without hard links
            AtomicFile.Write(name, to =>
            {
                using FileStream from = File.OpenRead(Newest);
                from.CopyTo(to);
            });
    }

    /// <summary>Deletes the oldest, those beyond what is to be kept.</summary>
    public void DeleteOld()
    {
        string[] before = [.. Directory.EnumerateFiles(folder, $"{Stem}*{Ending}").Order(StringComparer.Ordinal)];
        foreach (string path in before.SkipLast(Math.Max(0, keep - 1)))
            File.Delete(path);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string name);
}
