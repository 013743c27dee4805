using Kouyin.Speech.Training;

namespace Kouyin.Speech.Tests.Training;

public sealed class BatchSamplerTests
{
    private static readonly Recipe Plain = new() { BatchFrames = 4800, BatchUtterances = 32 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Every_utterance_comes_once_an_epoch_over_all_processes_and_all_have_as_many_batches(int processes)
    {
        foreach (int seed in Enumerable.Range(0, 12))
        {
            SampledUtterance[] data = AnyData(seed, processes);
            Recipe recipe = Plain with { Seed = seed, BatchFrames = 500 + 400 * seed, BatchUtterances = 1 + 3 * seed };

            IReadOnlyList<int[]>[] ranks =
                [.. Enumerable.Range(0, processes).Select(rank => Epoch(data, recipe, seed, rank, processes))];

            Assert.Single(ranks.Select(batches => batches.Count).Distinct());
            Assert.Equal(data.Select(u => u.Index), ranks.SelectMany(b => b).SelectMany(b => b).Order());
            int past = ranks.SelectMany(b => b).Count(batch => batch.Length > recipe.BatchUtterances
                || (batch.Length > 1 && batch.Length * batch.Max(index => data[index].Frames) > recipe.BatchFrames));
            Assert.InRange(past, 0, processes - 1); // only where single utterances cannot be shared out evenly
            Assert.DoesNotContain(ranks.SelectMany(b => b), batch => batch.Length == 0);
        }
    }

    [Fact]
    public void The_same_seed_and_epoch_give_the_same_order_and_others_do_not()
    {
        SampledUtterance[] data = Aishell3(500);

        Assert.Equal(Epoch(data, Plain, 3), Epoch(data, Plain, 3));
        Assert.NotEqual(Epoch(data, Plain, 3), Epoch(data, Plain, 4));
        Assert.NotEqual(Epoch(data, Plain, 3), Epoch(data, Plain with { Seed = 38 }, 3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Little_of_a_batch_is_padding_on_the_lengths_of_AISHELL_3(int processes)
    {
        SampledUtterance[] data = Aishell3(20_000);

        Assert.InRange(Waste(data, processes), 0, 0.08);
    }

    [Fact]
    public void Little_of_a_batch_is_padding_on_the_lengths_of_Singapore_beside_AISHELL_3() =>
        Assert.InRange(Waste([.. Mixed(20_000)], 2), 0, 0.08);

    [Fact]
    public void A_bucket_holds_two_speakers_and_two_accents_and_none_is_empty()
    {
        foreach (int seed in Enumerable.Range(0, 30))
        {
            SampledUtterance[] data = AnyData(seed, 1);
            int accents = data.DistinctBy(u => u.Accent).Count(), speakers = data.DistinctBy(u => u.Speaker).Count();

            var buckets = LengthBuckets.Split(data);

            Assert.Equal(data.Length, buckets.Sum(bucket => bucket.Count));
            Assert.All(buckets, bucket =>
            {
                Assert.True(bucket.DistinctBy(u => u.Accent).Count() >= Math.Min(2, accents));
                Assert.True(bucket.DistinctBy(u => u.Speaker).Count() >= Math.Min(2, speakers));
            });
        }
    }

    [Fact]
    public void A_batch_is_mixed_as_its_bucket_is()
    {
        List<SampledUtterance> bucket =
            [.. Enumerable.Range(0, 400).Select(k => new SampledUtterance(k, 99, $"s{k % 9}", k % 4 == 0 ? "b" : "a"))];

        var batches = LengthBuckets.Spread(bucket, new(5)).Chunk(16);

        Assert.All(batches, batch => Assert.InRange(batch.Count(u => u.Accent == "b"), 2, 6)); // 4 are a quarter
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 5)]
    [InlineData(1e9, 1e9)]
    public void Accents_and_speakers_are_shown_as_the_temperatures_ask(double accent, double speaker)
    {
        SampledUtterance[] data = [.. Mixed(20_000)];
        Recipe recipe = Plain with { AccentTemperature = accent, SpeakerTemperature = speaker };

        SampledUtterance[] shown = [.. Enumerable.Range(0, 4).SelectMany(rank => Epoch(data, recipe, 1, rank, 4))
            .SelectMany(batch => batch).Select(index => data[index])];

        Assert.Equal(data.Length, shown.Length);
        AssertShares(data, shown, u => u.Accent, accent);
        foreach (var group in shown.GroupBy(u => u.Accent))
            AssertShares([.. data.Where(u => u.Accent == group.Key)], [.. group], u => u.Speaker, speaker);
    }

    [Fact]
    public void More_processes_than_utterances_are_refused() =>
        Assert.Throws<UserException>(() => Epoch(Aishell3(3), Plain, 0, 0, 4));

    [Fact]
    public void Given_buckets_hold_what_lies_between_their_bounds_and_nothing_is_left_out()
    {
        SampledUtterance[] data = Aishell3(300);
        int[] bounds = [10, 200, 300, 5000]; // the first, and what would come after the last, are empty

        var buckets = LengthBuckets.Split(data, bounds);

        Assert.Equal(3, buckets.Count);
        Assert.Equal(data.Select(u => u.Index), buckets.SelectMany(b => b).Select(u => u.Index).Order());
        Assert.All(buckets[0], u => Assert.InRange(u.Frames, 11, 200));
        Assert.All(buckets[1], u => Assert.InRange(u.Frames, 201, 300));
        Assert.All(buckets[2], u => Assert.InRange(u.Frames, 301, 5000));
    }

    [Fact]
    public void Batches_keep_to_the_given_buckets()
    {
        SampledUtterance[] data = Aishell3(300);
        Recipe recipe = Plain with { Buckets = [200, 300] };

        var batches = Epoch(data, recipe, 0);

        Assert.All(batches, batch => Assert.Single(
            batch.Select(index => recipe.Buckets.Count(bound => data[index].Frames > bound)).Distinct()));
    }

    [Fact]
    public void Replayed_utterances_have_their_share_of_what_is_shown()
    {
        SampledUtterance[] data = [.. Aishell3(400).Select(u => u with { Replayed = u.Index >= 100 })];
        Recipe recipe = Plain with { Start = new() { From = "base", Replay = 0.2 } };

        int[][] epochs = [.. Enumerable.Range(0, 12).Select(k => Epoch(data, recipe, k).SelectMany(b => b).ToArray())];

        Assert.All(epochs, epoch => Assert.Equal(25, epoch.Count(index => index >= 100)));
        Assert.All(epochs, epoch => Assert.Equal(100, epoch.Where(index => index < 100).Distinct().Count()));
        Assert.True(epochs.SelectMany(epoch => epoch).Where(index => index >= 100).Distinct().Count() > 150);
    }

    private static IReadOnlyList<int[]> Epoch(
        SampledUtterance[] data, Recipe recipe, int epoch, int rank = 0, int processes = 1) =>
        new BatchSampler(data, recipe, rank, processes).Epoch(epoch);

    private static double Waste(SampledUtterance[] data, int processes)
    {
        int[][] batches = [.. Enumerable.Range(0, processes)
            .SelectMany(rank => Epoch(data, Plain with { BatchFrames = 20_000 }, 0, rank, processes))];
        double padded = batches.Sum(batch => (double)batch.Length * batch.Max(index => data[index].Frames));
        return 1 - data.Sum(u => (double)u.Frames) / padded;
    }

    /// <summary>Every class's share is within 2 % of what is asked, or two utterances where it is small.</summary>
    private static void AssertShares(
        SampledUtterance[] data, SampledUtterance[] shown, Func<SampledUtterance, string> key, double temperature)
    {
        Dictionary<string, double> asked = data.CountBy(key)
            .ToDictionary(count => count.Key, count => Math.Pow(count.Value, 1 / temperature));
        double sum = asked.Values.Sum();
        foreach ((string name, double weight) in asked)
        {
            double expected = weight / sum * shown.Length;
            double tolerance = Math.Max(2, 0.02 * expected);
            Assert.InRange(shown.Count(u => key(u) == name), expected - tolerance, expected + tolerance);
        }
    }

    /// <summary>
    /// Lengths as AISHELL-3's: mean 3.50 s and median 3.21 s, so log-normal; 86 frames a second; speakers of any size.
    /// </summary>
    private static SampledUtterance[] Aishell3(int count)
    {
        Random random = new(7);
        double spread = Math.Sqrt(2 * Math.Log(3.50 / 3.21));
        return [.. Enumerable.Range(0, count).Select(k =>
        {
            double seconds = 3.21 * Math.Exp(spread * Normal(random));
            int speaker = (int)(174 * Math.Pow(random.NextDouble(), 1.5));
            return new SampledUtterance(
                k, Math.Clamp((int)(86 * seconds), 40, 1200), $"SSB{speaker}", speaker % 4 == 0 ? "south" : "north");
        })];
    }

    /// <summary>The same with an eighth from Singapore, whose segments are often very short.</summary>
    private static IEnumerable<SampledUtterance> Mixed(int count)
    {
        (int High, int Count)[] singapore =
            [(30, 530), (50, 987), (100, 1453), (200, 1802), (250, 526), (300, 331), (400, 256), (500, 69)];
        int[] edges = [.. singapore.SelectMany((row, k) => Enumerable.Repeat(k, row.Count))];
        Random random = new(8);
        foreach (SampledUtterance utterance in Aishell3(count))
        {
            int row = edges[random.Next(edges.Length)], low = row == 0 ? 10 : singapore[row - 1].High;
            yield return utterance.Index % 8 != 0
                ? utterance
                : new(utterance.Index, random.Next(low, singapore[row].High) + 1, $"G{random.Next(1, 5)}", "singapore");
        }
    }

    /// <summary>Data of any shape: few or many, lengths alike or not, one speaker or several.</summary>
    private static SampledUtterance[] AnyData(int seed, int least)
    {
        Random random = new(seed);
        int count = least + random.Next(seed % 3 == 0 ? 5 : 400), longest = random.Next(1, 2000);
        int speakers = random.Next(1, 6), accents = random.Next(1, 4);
        return [.. Enumerable.Range(0, count).Select(k =>
        {
            int speaker = random.Next(speakers);
            return new SampledUtterance(k, random.Next(1, longest + 1), $"s{speaker}", $"a{speaker % accents}");
        })];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
