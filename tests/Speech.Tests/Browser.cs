using System.Diagnostics;
using System.Globalization;

namespace Kouyin.Speech.Tests;

/// <summary>Debian's Chromium without a window, where it is installed.</summary>
internal static class Browser
{
    public static string? Program { get; } = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }
        .FirstOrDefault(File.Exists);

    /// <summary>What a page looks like from inside.</summary>
    /// <param name="ContentWidth">Pixels that the page needs from left to right.</param>
    /// <param name="PlayableSounds">Sounds of which the length is known.</param>
    /// <param name="Pictures">SVG pictures with a size.</param>
    /// <param name="BrokenLinks">Sounds that could not be loaded.</param>
    public sealed record Measured(int ContentWidth, int PlayableSounds, int Pictures, int BrokenLinks);

    /// <summary>Opens a page from disk in a frame of a certain width.</summary>
    public static Measured Open(TemporaryFolder folder, string page, int width)
    {
        string frame = folder.Write("frame.html", $$"""
            <!DOCTYPE html><iframe id="page" src="{{page}}" style="width:{{width}}px;height:800px;border:0"></iframe>
            <p id="said"></p><script>
            const page = document.getElementById("page");
            page.onload = () => setTimeout(() => {
              const inner = page.contentDocument, sounds = [...inner.querySelectorAll("audio")];
              const pictures = [...inner.querySelectorAll("svg")];
              document.getElementById("said").textContent = "said " + [
                inner.documentElement.scrollWidth, sounds.filter(s => s.duration > 0).length,
                pictures.filter(p => p.getBoundingClientRect().width > 50).length,
                sounds.filter(s => s.error).length].join(" ") + " end";
            }, 1500);
            </script>
            """);
        string dom = Dump(folder, frame, "--allow-file-access-from-files", "--virtual-time-budget=8000");
        int from = dom.IndexOf(">said ", StringComparison.Ordinal), to = dom.IndexOf(" end", StringComparison.Ordinal);
        Assert.True(from > 0 && to > from, $"the browser said: {dom}");
        int[] numbers = [.. dom[(from + 6)..to].Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        return new(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    /// <summary>Opens a file and returns what the page became, as HTML.</summary>
    public static string Dump(TemporaryFolder folder, string file, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Program!,
        [
            "--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={folder["profile"]}", .. arguments,
            "--dump-dom", $"file://{file}",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string dom = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return dom;
    }
}

/// <summary>A fact that is skipped where there is no browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Program is null)
            Skip = "needs Chromium, which is not installed";
    }
}
