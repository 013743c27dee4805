using System.Diagnostics;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;

namespace Kouyin.App.Tests;

public sealed class LocalWorkersTests : IDisposable
{
    private const string Recipe = """
        {
          "model": {
            "encoder": { "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 1 },
            "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 },
            "speaker": { "width": 4 }, "segment_frames": 16, "normalize_mel": true
          },
          "batch_frames": 400, "batch_utterances": 4, "steps": 60, "save_every": 5
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public LocalWorkersTests()
    {
        string content = "";
        for (int k = 0; k < 6; k++)
        {
            string name = $"SSB000{k % 2}000{k}", path = _folder[$"corpus/train/wav/{name[..7]}/{name}.wav"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            float step = 0.05f + 0.01f * k;
            IEnumerable<float> tone = Enumerable.Range(0, 8000 + 400 * k).Select(n => 0.3f * MathF.Sin(step * n));
            WavFile.Write(path, new([.. tone], 16000));
            content += $"{name}.wav\t广 guang3 州 zhou1\n";
        }
        File.WriteAllText(_folder["corpus/train/content.txt"], content);
        File.WriteAllText(_folder["recipe.json"], Recipe);
        Preparation.Run(new() { Corpora = [_folder["corpus"]] }, _folder["data"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_worker_that_is_killed_ends_all_with_one_error_and_the_run_goes_on_to_the_same_bits()
    {
        Assert.Equal(0, await Train("whole", ""));
        Task<int> killed = Train("killed", "");
        int victim = await Worker("killed", rank: 1);
        await Until(() => File.Exists(_folder["killed/checkpoint.safetensors"]));
        Stopwatch since = Stopwatch.StartNew();
        Signal(victim, "KILL");

        UserException e = await Assert.ThrowsAsync<UserException>(() => killed);

        Assert.Equal("process 1 of 2 was ended by signal 9", e.What);
        Assert.InRange(since.Elapsed.TotalSeconds, 0, 30);
        Assert.Equal(0, await Train("killed", "--resume"));
        foreach (string file in (string[])["checkpoint.safetensors", "voice.safetensors"])
            Assert.Equal(File.ReadAllBytes(_folder[$"whole/{file}"]), File.ReadAllBytes(_folder[$"killed/{file}"]));
    }

    [Fact]
    public async Task A_worker_that_stalls_ends_all_with_one_error()
    {
        Task<int> stalled = Train("stalled", "--timeout 3");
        int victim = await Worker("stalled", rank: 1);
        await Until(() => File.Exists(_folder["stalled/checkpoint.safetensors"]));
        Signal(victim, "STOP");

        UserException e = await Assert.ThrowsAsync<UserException>(() => stalled);

        Assert.Equal("process 1 of 2 did not answer in time, and all were ended", e.What);
    }

    [Fact]
    public async Task An_error_of_the_user_is_told_once()
    {
        StringWriter error = new();

        int code = await Train("wrong", "--set batch_utterances=1", error);

        Assert.Equal(2, code);
        Assert.Single(error.ToString().Split('\n'), line => line.StartsWith("error:", StringComparison.Ordinal));
        Assert.Contains("shared by 2 processes", error.ToString(), StringComparison.Ordinal);
    }

    private Task<int> Train(string run, string options, TextWriter? error = null) => LocalWorkers.Run(
        2,
        [
            "dotnet", Path.Combine(AppContext.BaseDirectory, "kouyin.dll"), "train", _folder["recipe.json"],
            "--data", _folder["data"], "--out", _folder[run], "--threads", "1",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ],
        error ?? TextWriter.Null, CancellationToken.None);

    /// <summary>The process that trains into a folder with a rank, once it is there.</summary>
    private async Task<int> Worker(string run, int rank)
    {
        int found = 0;
        await Until(() => Directory.GetDirectories("/proc").Any(process =>
            int.TryParse(Path.GetFileName(process), out found)
            && Read($"{process}/cmdline").Contains($"--out\0{_folder[run]}\0", StringComparison.Ordinal)
            && Read($"{process}/environ").Contains($"\0RANK={rank}\0", StringComparison.Ordinal)));
        return found;
    }

    private static string Read(string path)
    {
        try
        {
            return "\0" + File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended, or is another user's
        }
    }

    private static async Task Until(Func<bool> holds)
    {
        for (int k = 0; !holds(); k++)
        {
            Assert.True(k < 6000, "waited for a minute");
            await Task.Delay(10);
        }
    }

    private static void Signal(int process, string name)
    {
        using Process kill = Process.Start("kill", $"-{name} {process}");
        kill.WaitForExit();
    }
}
