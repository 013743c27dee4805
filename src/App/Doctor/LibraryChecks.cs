using System.Diagnostics;
using System.Runtime.InteropServices;
using Kouyin.Speech.Phones;

namespace Kouyin.App.Doctor;

/// <summary>What reads sound and text: libraries of the system, the dictionary, the voices.</summary>
internal static unsafe class LibraryChecks
{
    private const string Install = "apt-get install -y --no-install-recommends";

    public static IEnumerable<Finding> All()
    {
        yield return Library("libsndfile", "libsndfile.so.1", "sf_version_string", "libsndfile1");
        yield return Library("libsoxr", "libsoxr.so.0", "soxr_version", "libsoxr0");
        yield return EspeakNg();
        yield return Finding.From("dictionary", () =>
        {
            _ = FrontEnd.Default;
            return Finding.Ok("dictionary", "found");
        });
        yield return Voices([.. VoiceFolders.All()]);
    }

    /// <summary>A library by the name that the program loads it by, and its version in its own words.</summary>
    public static Finding Library(string name, string file, string versionFunction, string package)
    {
        if (!NativeLibrary.TryLoad(file, out nint library))
            return new(Verdict.Problem, name, $"{file} is missing", $"{Install} {package}");
        var version = (delegate* unmanaged<nint>)NativeLibrary.GetExport(library, versionFunction);
        return Finding.Ok(name, Marshal.PtrToStringUTF8(version()) ?? file);
    }

    /// <summary>The voices that <c>say</c> finds by name.</summary>
    public static Finding Voices(IReadOnlyCollection<string> folders) => folders.Count > 0
        ? Finding.Ok("voices", string.Join(", ", folders.Select(Path.GetFileName)))
        : new(Verdict.Note, "voices", "none", "train one: ./kouyin train --help");

    // Only makes corpora: speaking does without it.
    private static Finding EspeakNg()
    {
        const string program = "espeak-ng";
        try
        {
            ProcessStartInfo start = new(program, "--version") { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            return Finding.Ok(program, process.StandardOutput.ReadLine() ?? "found");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new(Verdict.Note, program, "missing; it only makes synthetic corpora", $"{Install} {program}");
        }
    }
}
