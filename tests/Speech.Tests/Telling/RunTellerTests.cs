using System.Text.RegularExpressions;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Telling;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Telling;

public sealed partial class RunTellerTests : IDisposable
{
    private const string Every = """
        "steps": 8, "log_every": 2, "evaluate_every": 4, "save_every": 4, "show_every": 4
        """;

    private const string VoiceRecipe = $$"""
        {
          "model": {
            "encoder": { "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 1 },
            "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 },
            "segment_frames": 16, "normalize_mel": true
          },
          "batch_frames": 100, "batch_utterances": 2, {{Every}}
        }
        """;

    private const string VocoderRecipe = $$"""
        {
          "vocoder": {
            "harmonic": { "width": 8, "hidden": 8, "blocks": 1, "pitch_width": 8, "pitch_hidden": 8,
              "pitch_blocks": 1 },
            "segment_frames": 16, "windows": [256]
          },
          "batch_utterances": 2, {{Every}}
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly PreparedCorpus _corpus;

    public RunTellerTests()
    {
        Engine.Threads = 1;
        string corpus = SmallCorpus.Make(_folder);
        _folder.Write("corpus/test/content.txt", "SSB00010003.wav\t好 hao3\n");
        SmallCorpus.AddSound(_folder, "corpus/test/wav/SSB0001/SSB00010003.wav", 22050, 0.7);
        Preparation.Run(
            new() { Corpora = [corpus], Rules = new PreparationRules { KeepAudio = true } }, _folder["data"]);
        _corpus = PreparedCorpus.Open(_folder["data"]);
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(VoiceRecipe, "spoken")]
    [InlineData(VocoderRecipe, "copied")]
    public void A_run_leaves_its_log_events_samples_and_page(string recipe, string made)
    {
        Run(recipe, "run", 8);

        IReadOnlyList<LogRow> rows = RunLog.Read(_folder["run"]);
        Assert.Equal([2, 4, 6, 8], Steps(rows, LogKind.Train));
        Assert.Equal([4, 8], Steps(rows, LogKind.HeldOut));
        Assert.Equal([4, 8], Steps(rows, LogKind.Samples));
        LogRow train = rows.First(row => row.Kind == LogKind.Train);
        Assert.All(train.Losses!.Values.Concat(train.Norms!.Values), value => Assert.True(double.IsFinite(value)));
        Assert.True(train.LearningRate > 0 && train.MemoryMb > 1 && train.Epoch > 0);

        List<ReadEvent> events = Events("run");
        string[] expected =
        [
            .. train.Losses.Keys.Select(name => $"loss/{name}"),
            .. train.Losses.Keys.Select(name => $"held_out/{name}"),
            .. train.Norms.Keys.Select(name => $"norm/{name}"), "learning_rate", "recipe", "SSB00010003/mel",
            "SSB00010003/f0", $"SSB00010003/{made}",
        ];
        Assert.Empty(expected.Except(events.Select(e => e.Tag)));
        Assert.Equal(
            [4, 8], events.Where(e => e.Tag == $"SSB00010003/{made}").Select(e => e.Step));
        Assert.Equal(recipe == VoiceRecipe, events.Exists(e => e.Tag == "SSB00010003/alignment"));
        Assert.True(SoundFile.Read(_folder["run/samples/step-00000004/SSB00010003.wav"]).Samples.Length > 0);

        string page = File.ReadAllText(_folder["run/report.html"]);
        Assert.All(
            train.Losses.Keys.Concat(train.Norms.Keys), name => Assert.Contains(name, page, StringComparison.Ordinal));
        Assert.Equal(2, Regex.Count(page, "src=\"data:audio/wav;base64,"));
        Assert.All(
            References().Matches(page).Select(match => match.Groups[1].Value)
                .Where(to => !to.StartsWith("data:", StringComparison.Ordinal)),
            to => Assert.True(File.Exists(Path.Combine(_folder["run"], to)), to));
        int mels = recipe == VoiceRecipe ? 3 : 2, alignments = recipe == VoiceRecipe ? 1 : 0;
        Assert.Equal(mels + alignments, Regex.Count(page, "<image "));
        Assert.DoesNotContain("--resume", page, StringComparison.Ordinal); // it has finished
    }

    [Fact]
    public void Telling_leaves_the_run_as_it_is()
    {
        Run(VoiceRecipe, "told", 8);
        using (Trainer trainer = Open(VoiceRecipe, "untold", false))
        {
            new TrainingRun(trainer, Recipe.Parse(VoiceRecipe, "test"), _ => { }).Run(default);
        }

        Assert.Equal(
            File.ReadAllBytes(_folder[$"untold/{Trainer.CheckpointName}"]),
            File.ReadAllBytes(_folder[$"told/{Trainer.CheckpointName}"]));
    }

    [Fact]
    public void A_run_that_was_killed_and_goes_on_tells_every_step_once()
    {
        Run(VoiceRecipe, "run", 7); // the last save was at 4
        Run(VoiceRecipe, "run", 8, resume: true);

        IReadOnlyList<LogRow> rows = RunLog.Read(_folder["run"]);
        Assert.Equal([2, 4, 6, 8], Steps(rows, LogKind.Train));
        Assert.Equal([4, 8], Steps(rows, LogKind.HeldOut));
        Assert.Equal(2, rows.Count(row => row.Kind == LogKind.Start));
        List<ReadEvent> events = Events("run");
        Assert.Equal([2, 4, 6, 8], events.Where(e => e.Tag == "learning_rate").Select(e => e.Step));
        Assert.Equal([4, 8], events.Where(e => e.Tag == "SSB00010003/mel").Select(e => e.Step));
    }

    [Fact]
    public void Steps_that_were_left_out_stand_on_the_page_with_their_utterances()
    {
        using (Trainer trainer = Open(VoiceRecipe, "run", false))
        using (RunTeller teller = Teller(trainer, VoiceRecipe, "run"))
        {
            SkippedStep skipped = new("a <loss> is none", ["SSB00010001"], ["skipped/1.safetensors"]);
            teller.Tell(new StepDone(new(1, [double.NaN], [], 9, skipped)));
            trainer.Save();
            teller.Tell(new Saved(1));
        }

        string page = File.ReadAllText(_folder["run/report.html"]);
        Assert.Contains("a &lt;loss&gt; is none", page, StringComparison.Ordinal);
        Assert.Contains("SSB00010001", page, StringComparison.Ordinal);
        Assert.Contains("--replay skipped/1.safetensors", page, StringComparison.Ordinal);
        LogRow skip = RunLog.Read(_folder["run"]).Single(row => row.Kind == LogKind.Skip);
        Assert.Equal(["SSB00010001"], skip.Utterances);
    }

    [BrowserFact]
    public void The_page_opens_from_disk_fits_a_phone_and_plays()
    {
        Run(VoiceRecipe, "run", 8);

        Browser.Measured measured = Browser.Open(_folder, "run/report.html", width: 390);

        Assert.True(measured.ContentWidth <= 390, $"{measured.ContentWidth} pixels wide");
        Assert.Equal(2, measured.PlayableSounds);
        Assert.True(measured.Pictures >= 8, $"{measured.Pictures} pictures");
        Assert.Equal(0, measured.BrokenLinks);
    }

    /// <summary>Runs to a step, as if killed there, or to the end.</summary>
    private void Run(string json, string name, long until, bool resume = false)
    {
        using Trainer trainer = Open(json, name, resume);
        using RunTeller teller = Teller(trainer, json, name);
        using CancellationTokenSource kill = new();
        void Tell(TrainingEvent happened)
        {
            if (trainer.Step > until)
                throw new OperationCanceledException();
            teller.Tell(happened);
        }
        try
        {
            new TrainingRun(trainer, Recipe.Parse(json, "test"), Tell).Run(kill.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.True(until < 8);
        }
    }

    private Trainer Open(string json, string name, bool resume) =>
        Trainer.Open(Recipe.Parse(json, "test"), _corpus, _folder[name], resume);

    private RunTeller Teller(Trainer trainer, string json, string name) => new(
        trainer, Recipe.Parse(json, "test"), _corpus, new("test", _folder[name], "kouyin train test"),
        new GriffinLim(_corpus.Info.Mel), default, TimeProvider.System);

    private List<ReadEvent> Events(string run) =>
        [.. Directory.GetFiles(_folder[run], "events.*").Order(StringComparer.Ordinal).SelectMany(EventReader.Read)];

    private static IEnumerable<long> Steps(IReadOnlyList<LogRow> rows, LogKind kind) =>
        rows.Where(row => row.Kind == kind).Select(row => row.Step);

    [GeneratedRegex("(?:src|href)=\"([^\"#]+)\"")]
    private static partial Regex References();
}
