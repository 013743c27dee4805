using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Data;

/// <summary>The corpora that anybody can make: gcin-voice and espeak-ng.</summary>
public sealed class CorpusMakersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ㄅㄚ", "ba1")]
    [InlineData("ㄅㄚ1", "ba5")]
    [InlineData("ㄓ", "zhi1")]
    [InlineData("ㄙ4", "si4")]
    [InlineData("ㄌㄩ4", "lv4")]
    [InlineData("ㄋㄩㄝ4", "nve4")]
    [InlineData("ㄐㄩㄢ3", "juan3")]
    [InlineData("ㄒㄩㄥ2", "xiong2")]
    [InlineData("ㄨㄥ", "weng1")]
    [InlineData("ㄉㄨㄥ", "dong1")]
    [InlineData("ㄌㄧㄡ2", "liu2")]
    [InlineData("ㄦ2", "er2")]
    [InlineData("ㄩㄣ4", "yun4")]
    [InlineData("ㄅ", null)]
    [InlineData("ㄩㄞ", null)]
    public void Zhuyin_folders_are_read_as_pinyin(string folder, string? reading) =>
        Assert.Equal(reading, GcinVoiceCorpus.ReadingOf(folder));

    [Fact]
    public void Gcin_voice_becomes_a_corpus_of_two_speakers()
    {
        foreach (string sound in new[] { "ㄅㄚ/3.ogg", "ㄅㄚ/5.ogg", "ㄓㄨㄥ4/3.ogg", "ㄅ/3.ogg" })
            SmallCorpus.AddSound(_folder, $"ogg/{sound}", 44100);

        (int converted, int leftOut) = GcinVoiceCorpus.Write(_folder["ogg"], _folder["out"], overwrite: false);

        Corpus corpus = Aishell3Corpus.Read(_folder["out"], Aishell3Corpus.SurfaceLabels);
        Assert.Equal((3, 1), (converted, leftOut));
        Assert.Equal(["GCIN0003_ba1", "GCIN0003_zhong4", "GCIN0005_ba1"], corpus.Recordings.Select(r => r.Id).Order());
        Assert.Equal("taiwan", corpus.Speakers["GCIN0005"].Accent);
        Sound sound0 = SoundFile.Read(corpus.Recordings[0].AudioPath);
        Assert.Equal(22050, sound0.SampleRate);
        Assert.Equal(0.7, sound0.Seconds, 0.02); // half a second of tone, a tenth at each end
    }

    [Fact]
    public void A_missing_package_is_named()
    {
        UserException e = Assert.Throws<UserException>(
            () => GcinVoiceCorpus.Write(_folder["none"], _folder["out"], overwrite: false));

        Assert.Contains("apt-get install gcin-voice", e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_builtin_sentence_can_be_written_in_phones()
    {
        IReadOnlyList<Sentence> sentences = Sentence.BuiltIn();

        Assert.True(sentences.Count > 250);
        foreach (SpokenWord word in sentences.SelectMany(sentence => sentence.Words))
            Assert.True(Pinyin.TryParse(word.Reading, out _) || ",;.!?".Contains(word.Reading), word.ToString());
    }

    [Fact]
    public void A_sentence_without_a_reading_is_read_by_the_front_end()
    {
        string list = _folder.Write("list.txt", "# comment\n\n我很好，谢谢。\n他\tta1\n");

        IReadOnlyList<Sentence> sentences = Sentence.Read(list);

        Assert.Equal("wo2 hen2 hao3 , xie4 xie5 .", string.Join(' ', sentences[0].Words.Select(word => word.Reading)));
        Assert.Equal([new("他", "ta1")], sentences[1].Words);
    }

    [Fact]
    public void A_reading_that_does_not_fit_its_text_is_named_with_its_line()
    {
        string list = _folder.Write("list.txt", "# comment\n你好。\tni2 hao3\n");

        UserException e = Assert.Throws<UserException>(() => Sentence.Read(list));

        Assert.Equal($"{list}, line 2", e.Where);
    }

    [EspeakFact]
    public void Espeak_sentences_become_speakers_labels_and_the_same_bytes_each_time()
    {
        EspeakOptions options = new()
        {
            Sentences = Sentence.Read(_folder.Write("list.txt", "你好，再见。\tni2 hao3 , zai4 jian4 .\n点儿\tdian3 er5\n")),
            Variants = ["f2", "m3"],
            TestEvery = 2,
        };

        double seconds = EspeakCorpus.Write(options, _folder["one"]);
        EspeakCorpus.Write(options, _folder["two"]);

        Corpus corpus = Aishell3Corpus.Read(_folder["one"]);
        Assert.Equal(["ESPEAKF2", "ESPEAKM3"], corpus.Speakers.Keys.Order());
        Assert.Equal(["ni2", "hao3", ",", "zai4", "jian4", "."], corpus.Recordings[0].Transcript.Words);
        Assert.Equal([Split.Train, Split.Train, Split.Test, Split.Test], corpus.Recordings.Select(r => r.Split));
        Assert.InRange(seconds, 2, 12);
        foreach (Recording recording in corpus.Recordings)
        {
            string other = recording.AudioPath.Replace(_folder["one"], _folder["two"], StringComparison.Ordinal);
            Assert.Equal(File.ReadAllBytes(recording.AudioPath), File.ReadAllBytes(other));
        }
    }

    [EspeakFact]
    public void An_unknown_variant_is_a_users_error()
    {
        EspeakOptions options = new() { Sentences = Sentence.BuiltIn(), Variants = ["f99"] };

        UserException e = Assert.Throws<UserException>(() => EspeakCorpus.Write(options, _folder["out"]));

        Assert.Contains("f99", e.What, StringComparison.Ordinal);
    }
}

/// <summary>A fact that is skipped, with its reason, where espeak-ng is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EspeakFactAttribute : FactAttribute
{
    public EspeakFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "espeak-ng"))))
            Skip = "needs espeak-ng";
    }
}
