using Kouyin.Speech.Data.Factorial;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Data.Factorial;

public sealed class FactorialTests : IDisposable
{
    private static readonly IReadOnlyList<FactorialSpeaker> Two = [FactorialSpeaker.All[0], FactorialSpeaker.All[1]];

    /// <summary>What an accent may tell apart, on like initials.</summary>
    private static readonly string[] Pairs =
    [
        "shen1 sheng1 gen1 geng1 men2 meng2 fen4 feng4 , su4 shu4 si1 shi1 le5 hao3 .",
        "xin1 xing1 lin2 ling2 yin4 ying4 min2 ming2 , ci2 chi2 cai2 chai2 men5 wo3 .",
        "sa1 sha1 cu4 chu4 xue2 lai2 zi5 hen3 , ren2 yin2 ying2 reng2 ma5 you3 .",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sheng1", "s.'@55N", "s.'@55N", "S'@55n", "S;'@55n")]
    [InlineData("zhen1", "ts.'@55n", "ts.'@55n", "tS'@55n", "tS;'@55n")]
    [InlineData("chi1", "ts.h'i.55", "ts.h'i.55", "tSh'i.55", "tS;h'i.55")]
    [InlineData("xin1", "S;'i55n", "S;'i55n", "S;'i55n", "S;'i55N")]
    [InlineData("ying1", "j'i55N", "j'i55N", "j'i55n", "j'i55N")]
    [InlineData("sang1", "s'a55N", "s'a55N", "s'a55N", "s'a55N")]
    [InlineData("dong1", "t'o55N", "t'o55N", "t'o55N", "t'o55N")]
    public void An_accent_changes_its_own_phones_and_no_others(
        string pinyin, string spelled, string standard, string singapore, string taiwan) =>
        Assert.Equal(
            [standard, singapore, taiwan],
            FactorialAccent.All.Select(accent => accent.Respell(Pinyin.Parse(pinyin), spelled)));

    [Fact]
    public void The_same_seed_says_the_same_and_another_does_not()
    {
        Sentence sentence = Sentence.BuiltIn()[1];

        float[] Said(int seed) => new FactorialSpeech(new(_folder.Path), seed)
            .Say(Two[0], FactorialAccent.Taiwan, sentence).Sound.Samples;

        Assert.Equal(Said(1), Said(1));
        Assert.NotEqual(Said(1), Said(2));
    }

    [Fact]
    public void The_accents_differ_as_designed_and_the_speakers_in_nothing_of_an_accent()
    {
        FactorialProof proof = FactorialProof.Measure(
            new() { Sentences = [.. Pairs.Select(Syllables)], Speakers = Two });

        for (int speaker = 0; speaker < Two.Count; speaker++)
        {
            double[] standard = proof.Values[speaker, 0], singapore = proof.Values[speaker, 1];
            double[] taiwan = proof.Values[speaker, 2];
            Assert.True(standard[0] > singapore[0] + 0.05 && singapore[0] > taiwan[0] + 0.05, "sibilants");
            Assert.True(standard[1] > 2 * singapore[1] && standard[1] > 2 * taiwan[1], "in and ing");
            Assert.True(standard[2] > 2 * singapore[2] && standard[2] > 2 * taiwan[2], "en and eng");
            Assert.True(singapore[3] > 2 * standard[3] && singapore[3] > 2 * taiwan[3], "the dip of tone 2");
            Assert.True(standard[4] > 0.8 && singapore[4] < 0.4 && taiwan[4] < 0.4, "the rise of tone 3");
            Assert.True(singapore[5] > 1.4 * standard[5] && singapore[5] > 1.4 * taiwan[5], "the neutral tone");
        }
        for (int measure = 0; measure < PhoneticContrasts.Names.Count; measure++)
        {
            (double accent, double voice) = proof.Explained(measure);
            if (measure < PhoneticContrasts.OfAccent)
                Assert.InRange(voice, 0, 0.1);
            else
                Assert.InRange(accent, 0, 0.05);
        }
    }

    [Fact]
    public void The_diagonal_and_the_truth_come_out_as_corpora_with_one_transcript()
    {
        FactorialOptions options = new()
        {
            Sentences = [.. Sentence.BuiltIn().Take(4)], Speakers = Two, TestEvery = 2,
        };

        (int on, int off, double seconds) = FactorialCorpus.Write(options, _folder["out"]);

        Corpus diagonal = Aishell3Corpus.Read(Path.Combine(_folder["out"], FactorialCorpus.Diagonal));
        string[][] others = [.. File.ReadLines(
            Path.Combine(_folder["out"], FactorialCorpus.OffDiagonal, FactorialCorpus.ListFile))
            .Select(line => line.Split('|'))];
        Assert.Equal((8, 8), (on, off));
        Assert.InRange(seconds, 16, 80);
        Assert.Equal(["standard", "singapore"], Two.Select(speaker => diagonal.Speakers[speaker.Name].Accent));
        Assert.Equal(4, diagonal.Recordings.Count(recording => recording.Split == Split.Test));
        Assert.All(diagonal.Recordings, recording => Assert.True(File.Exists(recording.AudioPath)));
        Assert.Equal(
            ["FAC01 singapore", "FAC01 taiwan", "FAC02 standard", "FAC02 taiwan"],
            others.Select(cells => $"{cells[2]} {cells[3]}").Distinct());
        Assert.All(others, cells => Assert.True(
            File.Exists(Path.Combine(_folder["out"], FactorialCorpus.OffDiagonal, cells[0]))));
        Assert.Equal(2, others.Select(cells => cells[1]).Distinct().Count()); // one transcript a sentence
        Assert.Equal(
            diagonal.Recordings.First(recording => recording.Split == Split.Test).Transcript.Words,
            others[0][1].Split(' '));
    }

    private static Sentence Syllables(string reading) =>
        new([.. reading.Split(' ').Select(word => new SpokenWord("□", word))]);

    [Fact]
    public void A_missing_variant_is_named()
    {
        FactorialOptions options = new()
        {
            Sentences = Sentence.BuiltIn(), Speakers = [Two[0] with { Variant = "x9" }],
        };

        UserException e = Assert.Throws<UserException>(() => FactorialCorpus.Write(options, _folder["out"]));

        Assert.Contains("x9", e.What, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }
}
