using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation.Clips;

namespace Kouyin.App.Tests;

/// <summary>Tones by four speakers in two accents, two steps long: the way through, not what comes of it.</summary>
public sealed class LedgerCommandTests : IDisposable
{
    private static readonly string[] Texts = ["ni3 hao3", "da4 jia1", "zao3 an1", "xie4 xie5"];

    private readonly TemporaryFolder _folder = new();

    public LedgerCommandTests()
    {
        List<string> lines = [];
        foreach ((string speaker, string accent) in
            ((string, string)[])[("a", "standard"), ("b", "standard"), ("c", "taiwan"), ("d", "taiwan")])
        {
            foreach (string text in Texts)
            {
                string path = _folder[$"{lines.Count}.wav"];
                WavFile.Write(path, Tone(hertz: 120 + 8 * lines.Count, seconds: 0.8 + 0.01 * lines.Count));
                lines.Add($"{path}|{text}|{speaker}|{accent}");
            }
        }
        string list = _folder.Write("list.txt", string.Join('\n', lines));
        Succeed("prepare", list, "--silence", "keep", "--keep-audio", "--out", _folder["data"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recipes_are_trained_evaluated_and_compared_and_nothing_is_done_twice()
    {
        string first = Ledger("aug-e08-cln-gst", "aug-e03-blank", "timbre-t3-libritts");

        Assert.Contains("aug-e08-cln-gst-ledger  the others are held against it", first, StringComparison.Ordinal);
        Assert.Contains("timbre-t3-libritts is left out", first, StringComparison.Ordinal);
        Assert.Contains("[log: accent best, timbre bad]", first, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["runs/ledger.html"]));
        string[] made = [.. Made()];
        Assert.Equal(4, made.Length);
        DateTime[] before = [.. made.Select(File.GetLastWriteTimeUtc)];

        string second = Ledger("aug-e08-cln-gst", "aug-e03-blank");

        Assert.DoesNotContain("parameters", second, StringComparison.Ordinal);
        Assert.Equal(before, made.Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void Runs_that_differ_in_their_seed_alone_are_one_and_an_unknown_reference_is_an_error()
    {
        Ledger("aug-e03-blank");
        string[] runs = [_folder["runs/seed-1/aug-e03-blank-ledger"], _folder["runs/seed-2/aug-e03-blank-ledger"]];
        string table = _folder["table.md"];

        string said = Succeed(["compare", .. runs, "--out", _folder["page.html"], "--table", table]);

        Assert.Contains("aug-e03-blank-ledger  the others are held against it", said, StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllText(table).Split("| aug-e03-blank-ledger |").Length - 1);
        Assert.Equal(2, Run(out string other, ["compare", .. runs, "--against", "x", "--out", _folder["y.html"]]));
        Assert.Contains("«x» is none of those compared", other, StringComparison.Ordinal);
        Assert.Equal(2, Run(out string none, ["compare", _folder["data"], "--out", _folder["y.html"]]));
        Assert.Contains("there is no evaluation", none, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["y.html"]));
    }

    [Fact]
    public void Another_recipe_in_a_runs_folder_is_left_out_and_named()
    {
        Ledger("aug-e03-blank");

        string said = Succeed(["ledger", "aug-e03-blank", .. Options(), "--set", "steps=3"]);

        Assert.Contains("another run is there: its steps is 2, not 3", said, StringComparison.Ordinal);
    }

    private string Ledger(params string[] recipes) =>
        Succeed(["ledger", .. recipes, .. Options(), "--set", "steps=2"]);

    private string[] Options() =>
    [
        "--data", _folder["data"], "--truth", _folder["data"], "--out", _folder["runs"], "--limit", "1", "--threads",
        "1", "--set", "warmup_steps=0", "--set", "batch_utterances=4",
    ];

    private IEnumerable<string> Made() =>
        Directory.EnumerateFiles(_folder["runs"], VoiceEvaluation.FileName, SearchOption.AllDirectories);

    private static Sound Tone(double hertz, double seconds) => new(
        [.. Enumerable.Range(0, (int)(22050 * seconds)).Select(
            k => 0.3f * MathF.Sin((float)(2 * Math.PI * hertz * k / 22050)))], 22050);

    private static string Succeed(params string[] arguments)
    {
        int code = Run(out string said, arguments);
        Assert.True(code == 0, said);
        return said;
    }

    private static int Run(out string said, params string[] arguments)
    {
        FakeTerminal terminal = new();
        int code = terminal.Run(arguments);
        said = terminal.Out + terminal.Error;
        return code;
    }
}
