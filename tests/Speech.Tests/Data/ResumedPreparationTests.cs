using System.Text;
using Kouyin.Speech.Data;

namespace Kouyin.Speech.Tests.Data;

/// <summary>A corpus of three shards, and what it is prepared to without a stop.</summary>
public sealed class CorpusOfShards : IDisposable
{
    public const int Utterances = 520;

    private readonly TemporaryFolder _folder = new();

    public CorpusOfShards()
    {
        StringBuilder labels = new();
        for (int i = 0; i < Utterances; i++)
        {
            labels.Append($"A{i:0000}.wav\t字 zi4\n");
            // At a rate of its own, so that no two sound alike; every hundredth is too short.
            SmallCorpus.AddSound(_folder, $"c/train/wav/A/A{i:0000}.wav", 8000 + i, i % 100 == 7 ? 0.01 : 0.12);
        }
        _folder.Write("c/train/content.txt", labels.ToString());
        Options = new() { Corpora = [_folder["c"]], Rules = new() { KeepAudio = true } };
        Preparation.Run(Options, Whole);
    }

    public PreparationOptions Options { get; }

    public string Whole => _folder["whole"];

    public void Dispose() => _folder.Dispose();
}

/// <summary>A preparation that was stopped or killed goes on and ends with the same bytes.</summary>
public sealed class ResumedPreparationTests(CorpusOfShards corpus) : IClassFixture<CorpusOfShards>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stopped_preparation_goes_on_with_the_shard_that_was_being_made()
    {
        Stop(after: 300);
        List<int> done = [];

        Preparation.Run(corpus.Options, _folder["out"], new Reporter(work => done.Add(work.Done)));

        Assert.Equal(Preparation.ShardUtterances + 1, done.Min());
        SameAsWhole();
    }

    [Fact]
    public void What_a_kill_left_half_written_is_cut_off()
    {
        Stop(after: 515);
        foreach (string file in Directory.GetFiles(_folder["out.partial"]))
            File.AppendAllText(file, "half a li");

        Preparation.Run(corpus.Options, _folder["out"]);

        SameAsWhole();
    }

    [Fact]
    public void Another_plan_begins_anew()
    {
        Stop(after: 300);

        PreparedInfo info = Preparation.Run(corpus.Options with { Rules = new() { LevelDb = null } }, _folder["out"]);

        Assert.Equal(CorpusOfShards.Utterances - 6, info.Utterances);
        Assert.False(File.Exists(_folder["out/audio.s16"]));
        PreparedCorpus.Open(_folder["out"]).Dispose();
    }

    [Fact]
    public void Two_preparations_cannot_work_in_one_folder()
    {
        Directory.CreateDirectory(_folder["out.partial"]);
        using FileStream other = new(
            _folder["out.partial/shards.tsv"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.Throws<UserException>(() => Preparation.Run(corpus.Options, _folder["out"]));

        Assert.True(File.Exists(other.Name));
    }

    private void Stop(int after)
    {
        using CancellationTokenSource stop = new();
        Reporter reporter = new(work =>
        {
            if (work.Done >= after)
                stop.Cancel();
        });
        Assert.Throws<OperationCanceledException>(
            () => Preparation.Run(corpus.Options, _folder["out"], reporter, stop.Token));
    }

    private void SameAsWhole()
    {
        string[] files = Directory.GetFiles(corpus.Whole);
        Assert.Equal(files.Length, Directory.GetFiles(_folder["out"]).Length);
        foreach (string file in files)
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(_folder[$"out/{Path.GetFileName(file)}"]));
    }

    private sealed class Reporter(Action<WorkDone> report) : IProgress<WorkDone>
    {
        public void Report(WorkDone value) => report(value);
    }
}
