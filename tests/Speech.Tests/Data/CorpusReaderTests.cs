using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;

namespace Kouyin.Speech.Tests.Data;

/// <summary>Small samples of every layout, with the blemishes that the published ones have.</summary>
public sealed class CorpusReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Aishell3_takes_phrases_from_the_labels_of_its_training_part()
    {
        string root = SmallCorpus.Make(_folder);
        _folder.Write("corpus/train/label_train-set.txt",
            "\uFEFF# head\n# five lines of it\n\n#\n#\n#\nSSB00010001|guang3 % zhou1 $|广%州$\n"
            + "SSB00020001|hao3 a5 $|好啊$\n");

        Corpus corpus = CorpusReader.Read(root);

        Assert.Equal("aishell3", corpus.Layout);
        Assert.Equal(["guang3", "%", "zhou1", "$"], corpus.Recordings[0].Transcript.Words);
        Assert.Equal("广州", corpus.Recordings[0].Transcript.Text);
        Assert.Equal(["hao3"], corpus.Recordings[2].Transcript.Words); // the two files do not agree
    }

    [Fact]
    public void Aishell3_is_read_through_marks_of_byte_order_stray_space_and_windows_lines()
    {
        SmallCorpus.Make(_folder);
        _folder.Write("corpus/train/content.txt", "\uFEFFSSB00010001.wav\t广 guang3  州 zhou1 \r\n\r\n");

        Recording only = CorpusReader.Read(_folder["corpus"]).Recordings[0];

        Assert.Equal("SSB00010001", only.Id);
        Assert.Equal(["guang3", "zhou1"], only.Transcript.Words);
    }

    [Fact]
    public void Magichub_conversations_become_segments()
    {
        SmallCorpus.AddSound(_folder, "sg/WAV/A0001_S001_0_G0001.wav", 16000, 8);
        _folder.Write("sg/SPKINFO.txt", "nothing that is needed\n");
        _folder.Write("sg/TXT/A0001_S001_0_G0001.txt",
            "\uFEFF[0.500,2.000]\tG0001\tfemale\t好的\r\n[3.25,4.75]\tG0001\tfemale,Singapore\t然后[然] lah\r\n"
            + "[5.0,5.5]\t0\tnone\t[LAUGHTER]\r\n");
        _folder.Write("sg/TXT/A0002_S001_0_G0004.txt", "[0,1]\tG0004\tmale\t没有\n");

        Corpus corpus = CorpusReader.Read(_folder["sg"]);

        Assert.Equal("magichub", corpus.Layout);
        Recording second = corpus.Recordings[1];
        Assert.Equal("A0001_S001_0_G0001_segment_0002", second.Id);
        Assert.Equal(("G0001", "singapore", new SoundSpan(3.25, 4.75)), (second.Speaker, second.Accent, second.Span));
        Assert.Equal(new CorpusSpeaker("G0004", "unknown", "male", "singapore"), corpus.Speakers["G0004"]);
        Assert.Equal(4, corpus.Recordings.Count);
        Assert.EndsWith("A0002_S001_0_G0004.wav", corpus.Recordings[3].AudioPath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.0-2.0\tG0001\tmale\t好")]
    [InlineData("[2.0,1.0]\tG0001\tmale\t好")]
    [InlineData("[1.0,2.0]\tG0001\t好")]
    public void A_line_that_is_no_timed_transcript_is_named(string line)
    {
        Directory.CreateDirectory(_folder["sg/WAV"]);
        string file = _folder.Write("sg/TXT/A.txt", $"[0,1]\tG0001\tmale\t好\n{line}\n");

        UserException e = Assert.Throws<UserException>(() => CorpusReader.Read(_folder["sg"]));

        Assert.Equal($"{file}, line 2", e.Where);
    }

    [Fact]
    public void Ljspeech_takes_what_is_read_and_where_that_is_missing_what_is_printed()
    {
        _folder.Write("lj/metadata.csv",
            "LJ001-0001|Printed in 1455,|Printed in fourteen fifty-five,\nLJ001-0002|\"Quite\" so.|\n");
        SmallCorpus.AddSound(_folder, "lj/wavs/LJ001-0001.wav", 22050);

        Corpus corpus = CorpusReader.Read(_folder["lj"]);

        Assert.Equal("ljspeech", corpus.Layout);
        Assert.Equal("Printed in fourteen fifty-five,", corpus.Recordings[0].Transcript.Text);
        Assert.Equal("\"Quite\" so.", corpus.Recordings[1].Transcript.Text);
        Assert.Equal(["LJ"], corpus.Speakers.Keys);
    }

    [Fact]
    public void Libritts_has_speakers_subsets_and_files_of_macs()
    {
        string chapter = "libri/train-clean-100/103/1240/103_1240_000000_000001";
        _folder.Write(chapter + ".normalized.txt", "Missus Lynde lived there.\n");
        _folder.Write(chapter + ".original.txt", "Mrs. Lynde lived there.\n");
        _folder.Write("libri/train-clean-100/103/1240/._103_1240_000000_000001.normalized.txt", "\0");
        _folder.Write("libri/dev-clean/84/121123/84_121123_000007_000001.normalized.txt", "Yes.");
        _folder.Write("libri/speakers.tsv", "READER\tGENDER\tSUBSET\tNAME\n103\tF\ttrain-clean-100\tKaren\n");
        SmallCorpus.AddSound(_folder, chapter + ".wav", 24000);

        Corpus corpus = CorpusReader.Read(_folder["libri"]);

        Assert.Equal("libritts", corpus.Layout);
        Recording held = corpus.Recordings[0], learnt = corpus.Recordings[1];
        Assert.Equal(("84_121123_000007_000001", "84", Split.Test), (held.Id, held.Speaker, held.Split));
        Assert.Equal(("Missus Lynde lived there.", Split.Train), (learnt.Transcript.Text, learnt.Split));
        Assert.Equal("female", corpus.Speakers["103"].Gender);
        Assert.True(File.Exists(learnt.AudioPath));
    }

    [Fact]
    public void The_logs_filelists_hold_phones_and_numbers()
    {
        string list = _folder.Write("train.txt",
            "/data/wav_16k/G0001/A0001_S001_0_G0001_segment_0001.wav|sil h a3 l ou5 sil|218|3\n"
            + "wav/SSB0005/SSB00050001.wav|sil d ui4 sil|5|0\n");

        Corpus corpus = CorpusReader.Read(list);

        Assert.Equal(TranscriptKind.Phones, corpus.Recordings[0].Transcript.Kind);
        Assert.Equal(["sil", "h", "a3", "l", "ou5", "sil"], corpus.Recordings[0].Transcript.Words);
        Assert.Equal(("218", "3"), (corpus.Recordings[0].Speaker, corpus.Recordings[0].Accent));
        Assert.Equal("/data/wav_16k/G0001/A0001_S001_0_G0001_segment_0001.wav", corpus.Recordings[0].AudioPath);
        Assert.Equal(_folder["wav/SSB0005/SSB00050001.wav"], corpus.Recordings[1].AudioPath);
    }

    [Fact]
    public void The_logs_raw_list_has_durations_of_ten_milliseconds()
    {
        SmallCorpus.AddSound(_folder, "wav_16k/G0001/A_segment_0001.wav", 16000);
        string list = _folder.Write("raw.txt",
            "A_segment_0001|sil h a3 l ou5 sil|18 3 3 3 9 12|/data/mels/A.npy|/data/f0s/A.npy|3|226|0\n");

        Recording only = CorpusReader.Read(list).Recordings[0];

        Assert.Equal([0.18, 0.03, 0.03, 0.03, 0.09, 0.12], only.Transcript.WordSeconds);
        Assert.Equal(("226", "3"), (only.Speaker, only.Accent));
        Assert.Equal(_folder["wav_16k/G0001/A_segment_0001.wav"], only.AudioPath);
    }

    [Theory]
    [InlineData("今天天气很好。", TranscriptKind.Text)]
    [InlineData("Good morning.", TranscriptKind.Text)]
    [InlineData("jin1 tian1 , hao3", TranscriptKind.Pinyin)]
    public void A_plain_list_holds_text_or_pinyin(string said, TranscriptKind kind)
    {
        string list = _folder.Write("list.txt", $"path|text|speaker|accent\nA/0001.wav|{said}|A|taiwan\n");

        Recording only = Assert.Single(CorpusReader.Read(list).Recordings);

        Assert.Equal(kind, only.Transcript.Kind);
        Assert.Equal(("0001", "A", "taiwan"), (only.Id, only.Speaker, only.Accent));
    }

    [Fact]
    public void Files_of_the_same_name_in_a_list_are_told_apart_by_their_folders()
    {
        string list = _folder.Write("list.txt", "A/0001.wav|好|A\nB/0001.wav|好|B\nB/0002.wav|好|B\nB/0002.wav|好|B\n");

        Assert.Equal(
            ["A_0001", "B_0001", "0002", "0002"], CorpusReader.Read(list).Recordings.Select(recording => recording.Id));
    }

    [Theory]
    [InlineData("A.wav")]
    [InlineData("A.wav||B")]
    [InlineData("a|b|c|d|e")]
    [InlineData("A|sil h a3|1 2|m|f|0|0|0")]
    [InlineData("A|sil|x|m|f|0|0|0")]
    public void A_line_that_is_none_of_a_lists_is_named(string line)
    {
        string list = _folder.Write("list.txt", $"A.wav|sil|A\n{line}\n");

        Assert.Equal($"{list}, line 2", Assert.Throws<UserException>(() => CorpusReader.Read(list)).Where);
    }

    [Fact]
    public void A_layout_can_be_named_and_a_folder_of_none_is_a_users_error()
    {
        string root = SmallCorpus.Make(_folder);

        Assert.Equal(4, CorpusReader.Read($"aishell3:{root}").Recordings.Count);
        Assert.Contains(
            "libritts:", Assert.Throws<UserException>(() => CorpusReader.Read(_folder.Path)).Fix,
            StringComparison.Ordinal);
        Assert.Throws<UserException>(() => CorpusReader.Read(_folder["none"]));
    }

    [SharedFact("facts/sg_transcripts_sample.tsv")]
    public void The_logs_own_transcripts_can_be_written_in_both_Mandarin_phone_sets()
    {
        foreach (string[] row in Shared.Rows("facts/sg_transcripts_sample.tsv").Skip(1))
        {
            string[] phones = row[2].Split(' ');
            Transcript transcript = new(TranscriptKind.Phones, phones, "")
            {
                WordSeconds = [.. row[3].Split(' ').Select(cell => double.Parse(cell) / 100)],
            };
            foreach (PhoneSet set in new[] { PhoneSet.Log198, PhoneSet.InitialsFinals })
            {
                List<SpokenUnit> units = new Spelling(set).Units(transcript, "singapore");
                Assert.Equal(phones.Count(phone => phone != "sil") / 2, units.Count(unit => !unit.IsPause));
                Assert.Equal(transcript.WordSeconds.Sum(), units[^1].EndSeconds, 1e-9);
            }
        }
    }
}
