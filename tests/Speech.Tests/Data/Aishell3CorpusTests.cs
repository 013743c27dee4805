using Kouyin.Speech.Data;

namespace Kouyin.Speech.Tests.Data;

public sealed class Aishell3CorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_labels_speakers_and_splits()
    {
        Corpus corpus = Aishell3Corpus.Read(SmallCorpus.Make(_folder));

        Recording second = corpus.Recordings[1];
        Assert.Equal("SSB00010002", second.Id);
        Assert.Equal(["dianr3", ",", "nv3", "."], second.Transcript.Words);
        Assert.Equal(("SSB0001", "north", Split.Train), (second.Speaker, second.Accent, second.Split));
        Assert.Equal(4, corpus.Recordings.Count);
        Assert.Equal(Split.Test, corpus.Recordings[3].Split);
    }

    [Fact]
    public void A_row_with_a_space_for_a_tab_is_read()
    {
        Corpus corpus = Aishell3Corpus.Read(SmallCorpus.Make(_folder));

        Assert.Equal(new CorpusSpeaker("SSB0002", "C", "male", "south"), corpus.Speakers["SSB0002"]);
        Assert.Equal(CorpusSpeaker.Unknown, corpus.Speakers["SSB0003"].Accent);
    }

    [Fact]
    public void Other_formats_stand_in_for_the_wav_of_the_labels()
    {
        string root = SmallCorpus.Make(_folder);
        string wav = _folder["corpus/test/wav/SSB0003/SSB00030001.wav"];
        File.Move(wav, Path.ChangeExtension(wav, ".flac"));

        Corpus corpus = Aishell3Corpus.Read(root);

        Assert.EndsWith("SSB0003/SSB00030001.flac", corpus.Recordings[3].AudioPath, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_label_file_can_be_chosen_and_must_exist()
    {
        string root = SmallCorpus.Make(_folder);

        UserException missing = Assert.Throws<UserException>(() => Aishell3Corpus.Read(root, "content_surface.txt"));
        Directory.Delete(_folder["corpus/test"], recursive: true);
        Corpus corpus = Aishell3Corpus.Read(root, "content_surface.txt");

        Assert.Contains("content.txt", missing.Fix, StringComparison.Ordinal);
        Assert.Equal(["guang2", "zhou1"], Assert.Single(corpus.Recordings).Transcript.Words);
    }

    [Fact]
    public void An_unpaired_word_is_kept_to_be_refused()
    {
        _folder.Write("c/train/content.txt", "A0001.wav\t广 guang3 州\n");

        Assert.Equal(["guang3", "州"], Aishell3Corpus.Read(_folder["c"]).Recordings[0].Transcript.Words);
    }

    [Fact]
    public void A_folder_without_utterances_is_a_users_error()
    {
        UserException e = Assert.Throws<UserException>(() => Aishell3Corpus.Read(_folder.Path));

        Assert.Equal(_folder.Path, e.Where);
    }

    [SharedFact("corpus/open")]
    public void The_shared_corpus_is_read_whole()
    {
        Corpus corpus = Aishell3Corpus.Read(Shared.PathOf("corpus/open"), "content_surface.txt");

        Assert.Equal(9932, corpus.Recordings.Count(utterance => utterance.Split == Split.Train));
        Assert.Equal(622, corpus.Recordings.Count(utterance => utterance.Split == Split.Test));
        Assert.All(corpus.Recordings, utterance => Assert.True(File.Exists(utterance.AudioPath), utterance.AudioPath));
        Assert.DoesNotContain(corpus.Speakers.Values, speaker => speaker.Gender == CorpusSpeaker.Unknown);
    }
}
