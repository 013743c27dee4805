using Kouyin.Speech.Data;
using Kouyin.Speech.Training;
using Kouyin.Torch;
using Kouyin.Torch.Distributed;

namespace Kouyin.Speech.Tests.Training;

public sealed class DataParallelTests : IDisposable
{
    private const string HifiGan = """
        {
          "vocoder": {
            "hifi_gan": { "resblock": "2", "upsample_rates": [8, 8, 4], "upsample_kernel_sizes": [16, 16, 8],
              "upsample_initial_channel": 8, "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 2]] },
            "discriminators": { "periods": [3], "scales": 2, "divisor": 16 }, "segment_frames": 16
          },
          "batch_utterances": 8, "accumulate": 4, "steps": 40, "gradient_limit": 1000
        }
        """;

    private const string Harmonic = """
        {
          "vocoder": {
            "harmonic": { "width": 12, "hidden": 16, "blocks": 1, "pitch_width": 8, "pitch_hidden": 8,
              "pitch_blocks": 1 },
            "segment_frames": 16, "windows": [256, 1024]
          },
          "batch_utterances": 8, "accumulate": 4, "steps": 40
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly PreparedCorpus _corpus;

    public DataParallelTests()
    {
        _corpus = PreparedCorpus.Open(TrainingCorpus.Prepare(_folder));
        Engine.Threads = 1;
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(TrainingCorpus.Voice, 20, 2, 4)]
    [InlineData(Harmonic, 3, 2)]
    [InlineData(HifiGan, 3, 2)]
    public void Any_number_of_processes_learns_the_same_weights_from_the_same_batches(
        string json, int steps, params int[] sizes)
    {
        Recipe recipe = Recipe.Parse(json, "test");
        SortedDictionary<string, float[]> alone;
        using (Trainer trainer = Trainer.Open(recipe, _corpus, _folder["alone"], resume: false))
            alone = Weights(trainer, steps);

        foreach (int size in sizes)
        {
            SortedDictionary<string, float[]>[] of = new SortedDictionary<string, float[]>[size];
            Ranks.Run(size, group =>
            {
                using Trainer trainer = Trainer.Open(
                    recipe, _corpus, _folder[$"of{size}"], resume: false, group: group);
                of[group.Rank] = Weights(trainer, steps);
            });
            Assert.All(of[1..], other => Assert.All(of[0], p => Assert.Equal(p.Value, other[p.Key])));
            Assert.All(alone, p => Assert.InRange(Distance(p.Value, of[0][p.Key]), 0, 1e-6));
        }
    }

    [Fact]
    public void A_batch_that_is_wrong_in_one_process_is_skipped_in_all_and_named_by_all()
    {
        PoisonedCorpus.Poison(_folder["data"], _corpus, float.NaN, "SSB00010000");
        List<StepReport>[] reports = [[], []];
        SortedDictionary<string, float[]>[] weights = new SortedDictionary<string, float[]>[2];

        Ranks.Run(2, group =>
        {
            using Trainer trainer = Trainer.Open(
                Recipe.Parse(TrainingCorpus.Voice, "test"), _corpus, _folder["run"], resume: false, group: group);
            while (reports[group.Rank].All(report => report.Skipped is null))
                reports[group.Rank].Add(trainer.Next());
            weights[group.Rank] = Weights(trainer, 0);
        });

        Assert.Equal(reports[0].Count, reports[1].Count);
        Assert.All(reports, of => Assert.Contains("SSB00010000", of[^1].Skipped!.Reason, StringComparison.Ordinal));
        Assert.Equal(reports[0][^1].Skipped!.Utterances, reports[1][^1].Skipped!.Utterances);
        Assert.Single(reports[0][^1].Skipped!.Dumps);
        Assert.All(weights[0], p => Assert.Equal(p.Value, weights[1][p.Key]));
    }

    [Fact]
    public void What_one_process_is_asked_all_do()
    {
        bool[] stop = new bool[2], go = new bool[2];

        Ranks.Run(2, group =>
        {
            using Trainer trainer = Trainer.Open(
                Recipe.Parse(TrainingCorpus.Voice, "test"), _corpus, _folder["run"], resume: false, group: group);
            go[group.Rank] = trainer.Any(false);
            stop[group.Rank] = trainer.Any(group.Rank == 1);
        });

        Assert.All(go, any => Assert.False(any));
        Assert.All(stop, Assert.True);
    }

    [Fact]
    public void A_process_that_leaves_ends_the_others_with_one_clear_error()
    {
        UserException e = Assert.Throws<UserException>(() => Ranks.Run(2, group =>
        {
            using Trainer trainer = Trainer.Open(
                Recipe.Parse(TrainingCorpus.Voice, "test"), _corpus, _folder["run"], resume: false, group: group);
            for (int k = 0; k < 3 && (group.Rank == 0 || k == 0); k++)
                trainer.Next();
        }));

        Assert.Contains(ProcessGroup.PeerIsLost, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_stalls_ends_the_others_in_time()
    {
        using ManualResetEventSlim done = new();

        UserException e = Assert.Throws<UserException>(() => Ranks.Run(2, group =>
        {
            if (group.Rank == 1)
            {
                done.Wait();
                return;
            }
            try
            {
                group.Sum(new double[1]);
            }
            finally
            {
                done.Set();
            }
        }, timeoutSeconds: 2));

        Assert.Contains("within 2 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Portions_that_processes_cannot_share_evenly_are_refused()
    {
        UserException e = Assert.Throws<UserException>(() => Ranks.Run(3, group => Trainer.Open(
            Recipe.Parse(TrainingCorpus.Voice, "test"), _corpus, _folder["run"], resume: false, group: group)));

        Assert.Equal("accumulate", e.Where);
    }

    private static SortedDictionary<string, float[]> Weights(Trainer trainer, int steps)
    {
        for (int k = 0; k < steps; k++)
            Assert.Null(trainer.Next().Skipped);
        return new(trainer.Weights.ToDictionary(p => p.Name, p => p.Value.ToArray()), StringComparer.Ordinal);
    }

    private static double Distance(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
