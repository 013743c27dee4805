using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Corpora;
using Kouyin.Speech.Tests.Data;

namespace Kouyin.Speech.Tests.Evaluation.Corpora;

public sealed class CorpusSummaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PreparedCorpus _corpus;
    private readonly CorpusSummary _summary;

    public CorpusSummaryTests()
    {
        string made = SmallCorpus.Make(_folder);
        File.AppendAllText(Path.Combine(made, "train", "content.txt"), "SSB00010009.wav\t<b> xyz9\n");
        Preparation.Run(new() { Corpora = [made] }, _folder["data"]);
        _corpus = PreparedCorpus.Open(_folder["data"]);
        _summary = new(_corpus);
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Groups_add_up_to_the_data()
    {
        int utterances = _corpus.Utterances.Count;

        Assert.Equal(utterances, _summary.All.Train + _summary.All.HeldOut);
        Assert.Equal(utterances, _summary.Accents.Sum(group => group.Train + group.HeldOut));
        Assert.Equal(utterances, _summary.Speakers.Sum(group => group.Train + group.HeldOut));
        Assert.Equal(_corpus.Info.Seconds, _summary.All.Seconds, 1e-6);
        Assert.Equal(_corpus.Info.Refused.Values.Sum(), _summary.Refusals.Sum(row => row.Count));
        Assert.Equal(utterances, _summary.All.Lengths.Total);
    }

    [Fact]
    public void A_speakers_pitch_is_that_of_his_frames()
    {
        int index = _corpus.Utterances.ToList().FindIndex(utterance => utterance.Speaker == "SSB0003");
        double[] octaves =
            [.. _corpus.LogF0(index).ToArray().Where(value => value > 0).Order().Select(value => value / Math.Log(2))];

        CorpusGroup speaker = _summary.Speakers.Single(group => group.Name == "SSB0003");

        Assert.Equal(octaves.Length, speaker.Octaves.Total);
        Assert.Equal(octaves[octaves.Length / 2], speaker.Octaves.Quantile(0.5), 1 / 24.0); // a bin
    }

    [Fact]
    public void The_page_needs_nothing_but_itself_and_writes_names_as_text()
    {
        string page = _summary.ToHtml(_corpus);

        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b> xyz9", page, StringComparison.Ordinal);
        Assert.Equal(_summary.Clips.Count, page.Split("data:audio/wav;base64,UklGR").Length - 1); // "RIFF"
        Assert.All(_summary.Speakers, group => Assert.Contains(group.Name, page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_says_where_a_recording_is_gone()
    {
        foreach (PreparedUtterance utterance in _corpus.Utterances)
            File.Delete(utterance.AudioPath);

        string page = _summary.ToHtml(_corpus);

        Assert.DoesNotContain("<audio", page, StringComparison.Ordinal);
        Assert.Contains("is not there any more", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_quantile_of_a_histogram_is_within_a_bin_of_the_values_own(int seed)
    {
        Random random = new(seed);
        double[] values = [.. Enumerable.Range(0, 999).Select(_ => 8 * random.NextDouble())];
        Histogram histogram = new(0, 0.1, 100);
        foreach (double value in values)
            histogram.Add(value);

        Array.Sort(values);
        foreach (double share in (double[])[0.05, 0.5, 0.95])
            Assert.Equal(values[(int)(share * values.Length)], histogram.Quantile(share), 0.11);
    }
}
