using System.ComponentModel;
using System.Diagnostics;

namespace Kouyin.Speech.Data;

/// <summary>Runs espeak-ng, once for each call: a new process speaks the same words with the same bytes.</summary>
internal static class EspeakProgram
{
    /// <summary>Its Mandarin voice, which reads pinyin.</summary>
    public const string Voice = "cmn-latn-pinyin";

    /// <summary>Runs it.</summary>
    /// <returns>What it writes to its standard output.</returns>
    /// <exception cref="UserException">It is not installed, or fails.</exception>
    public static string Run(params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new("espeak-ng", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process espeak = Process.Start(start)!; // null only where a shell reuses a process
            Task<string> errors = espeak.StandardError.ReadToEndAsync();
            string output = espeak.StandardOutput.ReadToEnd();
            espeak.WaitForExit();
            return espeak.ExitCode == 0
                ? output
                : throw new UserException(
                    $"espeak-ng failed with code {espeak.ExitCode}: {errors.Result.Trim()}",
                    string.Join(' ', arguments), "run it by hand to see why");
        }
        catch (Win32Exception)
        {
            throw new UserException("espeak-ng is not installed", "espeak-ng", "apt-get install espeak-ng");
        }
    }

    /// <summary>Checks that it has the voice variants.</summary>
    /// <exception cref="UserException">One is missing.</exception>
    public static void RequireVariants(IEnumerable<string> variants)
    {
        string list = Run("--voices=variant");
        foreach (string variant in variants)
        {
            if (!list.Contains($"!v/{variant} ", StringComparison.Ordinal))
                throw new UserException(
                    $"espeak-ng has no voice variant «{variant}»", "--voices",
                    "choose among espeak-ng --voices=variant");
        }
    }
}
