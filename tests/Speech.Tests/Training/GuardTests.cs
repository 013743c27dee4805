using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Accent;
using Kouyin.Speech.Training;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

public sealed class GuardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Recipe _recipe =
        Recipe.Parse(TrainingCorpus.Voice, "test") with { Accumulate = 1, BatchUtterances = 4, SkipLimit = 3 };

    private PreparedCorpus _corpus;

    public GuardTests()
    {
        _corpus = PreparedCorpus.Open(TrainingCorpus.Prepare(_folder));
        Engine.Threads = 1;
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_mel_that_is_no_number_costs_its_batch_and_the_run_names_it_and_goes_on()
    {
        PoisonedCorpus.Poison(_folder["data"], _corpus, float.NaN, "SSB00010000");

        List<StepReport> reports = Epoch(out bool untouched);

        StepReport skipped = Assert.Single(reports, report => report.Skipped is not null);
        Assert.True(untouched);
        Assert.Contains("SSB00010000", skipped.Skipped!.Reason, StringComparison.Ordinal);
        Assert.All(reports.Where(r => r != skipped), r => Assert.All(r.Losses, l => Assert.True(double.IsFinite(l))));
    }

    [Fact]
    public void An_utterance_with_more_symbols_than_frames_costs_its_batch_and_is_named()
    {
        string table = Path.Combine(_folder["data"], PreparedTable.UtteranceFile);
        string phones = string.Join(' ', _corpus.Utterances.First(u => u.Id == "SSB00010000").Phones);
        string[] lines = File.ReadAllLines(table);
        int line = Array.FindIndex(lines, text => text.StartsWith("SSB00010000\t", StringComparison.Ordinal));
        lines[line] = lines[line].Replace(
            phones, string.Join(' ', Enumerable.Repeat(phones, 20)), StringComparison.Ordinal);
        File.WriteAllLines(table, lines);
        _corpus.Dispose();
        _corpus = PreparedCorpus.Open(_folder["data"]);

        StepReport skipped = Assert.Single(Epoch(out bool untouched), report => report.Skipped is not null);

        Assert.True(untouched);
        Assert.Matches("SSB00010000 has [0-9]+ symbols and only [0-9]+ frames", skipped.Skipped!.Reason);
    }

    [Fact]
    public void A_loss_that_explodes_costs_its_batch_and_its_dump_shows_whose_fault_it_is()
    {
        PoisonedCorpus.Poison(_folder["data"], _corpus, 1e30f, "SSB00010000");
        Recipe recipe = _recipe with { Model = _recipe.Model with { NormalizeMel = false } };

        StepReport skipped = Assert.Single(
            Epoch(out bool untouched, recipe), report => report.Skipped is not null);
        ReplayReport replay = Trainer.Replay(
            recipe, _corpus, Assert.Single(skipped.Skipped!.Dumps), out var names);

        Assert.True(untouched);
        Assert.Contains("SSB00010000", skipped.Skipped.Utterances);
        Assert.True(skipped.Skipped.Utterances.Count <= 4);
        Assert.Equal(skipped.Skipped.Reason, replay.Again);
        Assert.Equal(names.Losses.Count, replay.Losses.Count);
        Assert.NotEmpty(replay.Gradients);
        Assert.Equal(["SSB00010000"], replay.Alone.Where(one => one.Problem is not null).Select(one => one.Utterance));
        string json = File.ReadAllText(Path.ChangeExtension(skipped.Skipped.Dumps[0], ".json"));
        Assert.Contains("SSB00010000", json, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adversary_that_explodes_is_cut_to_the_limit_of_its_own_module_and_training_goes_on()
    {
        AdversaryConfig adversary = new()
        {
            On = AdversaryPlace.Mean,
            WithinAccent = false,
            Hidden = 8,
            Weight = 1e9,
            Clamp = 0,
            LearningRateFactor = 100,
        };
        Recipe recipe = _recipe with { Model = _recipe.Model with { Adversary = adversary } };

        List<StepReport> reports = Epoch(out _, recipe);

        Assert.DoesNotContain(reports, report => report.Skipped is not null);
        Assert.Contains(reports, report => report.Norms.Max() > 1e6);
        Assert.All(reports, report => Assert.All(report.Losses, loss => Assert.True(double.IsFinite(loss))));
    }

    [Fact]
    public void A_run_that_skips_too_much_stops_and_keeps_its_last_checkpoint()
    {
        using (Trainer trainer = Trainer.Open(_recipe, _corpus, _folder["run"], resume: false))
            trainer.Save();
        byte[] before = File.ReadAllBytes(Checkpoint);
        using Trainer later = Trainer.Open(_recipe, _corpus, _folder["run"], resume: true);
        later.Weights.First().Value.Span<float>().Fill(float.NaN);

        UserException e = Assert.Throws<UserException>(
            () => Enumerable.Range(0, 9).Select(_ => later.Next()).ToArray());

        Assert.Contains("4 steps were skipped", e.What, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Checkpoint));
    }

    private string Checkpoint => Path.Combine(_folder["run"], Trainer.CheckpointName);

    /// <summary>The steps of an epoch, and whether those skipped left every weight and moment as it was.</summary>
    private List<StepReport> Epoch(out bool untouched, Recipe? recipe = null)
    {
        using Trainer trainer = Trainer.Open(recipe ?? _recipe, _corpus, _folder["run"], resume: false);
        List<StepReport> reports = [];
        untouched = true;
        while (reports.Count == 0 || trainer.Epochs < 1)
        {
            string before = trainer.Digest;
            reports.Add(trainer.Next());
            untouched &= (before == trainer.Digest) == (reports[^1].Skipped is not null);
        }
        return reports;
    }
}
