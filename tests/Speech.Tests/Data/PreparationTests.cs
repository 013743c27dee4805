using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;
using Kouyin.Speech.Tests.Audio;

namespace Kouyin.Speech.Tests.Data;

public sealed class PreparationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepared_data_reads_back_as_the_mel_of_each_recording()
    {
        string root = SmallCorpus.Make(_folder);
        MelSpectrogram spectrogram = new(MelConfig.Natural22k);
        FrameEnergy energy = new(MelConfig.Natural22k);
        PreparationRules rules = new() { MarginSeconds = null, LevelDb = null, KeepAudio = true };

        Preparation.Run(new() { Corpora = [root], Rules = rules }, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        Assert.Equal(4, prepared.Utterances.Count);
        for (int i = 0; i < 4; i++)
        {
            Sound sound = SoundFile.Read(prepared.Utterances[i].AudioPath).To(22050);
            Assert.Equal(spectrogram.Compute(sound.Samples), prepared.Mel(i).ToArray());
            Assert.Equal(energy.Compute(sound.Samples), prepared.EnergyDb(i).ToArray());
            Assert.Equal(sound.Samples.Select(x => (short)MathF.Round(x * 32768)), prepared.Samples(i).ToArray());
            Assert.Equal(sound.Seconds, prepared.Utterances[i].Seconds);
        }
    }

    [Fact]
    public void Recordings_are_cut_to_the_speech_and_brought_to_one_level()
    {
        float[] tone = Tones.Sine(440, 22050, 22050), faint = [.. tone.Select(x => 0.01f * x)];
        _folder.Write("c/train/content.txt", "A0001.wav\t字 zi4\n");
        Directory.CreateDirectory(_folder["c/train/wav/A"]);
        float[] recording = [.. new float[22050], .. faint, .. new float[4410]];
        WavFile.Write(_folder["c/train/wav/A/A0001.wav"], new(recording, 22050));

        Preparation.Run(new() { Corpora = [_folder["c"]], Rules = new() { KeepAudio = true } }, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        float[] samples = [.. prepared.Samples(0).ToArray().Select(x => x / 32768f)];
        Assert.Equal(1.2, prepared.Utterances[0].Seconds, 0.02); // 0.10 s are left at each end
        Assert.Equal(-22, Loudness.SpeechLevelDb(samples, 22050), 0.1);
    }

    [Fact]
    public void The_sound_is_not_kept_unless_asked_for()
    {
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)] }, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        UserException e = Assert.Throws<UserException>(() => prepared.Samples(0).Length);

        Assert.Contains("--keep-audio", e.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_become_phones_between_silences()
    {
        PreparationRules rules = new() { Pauses = PauseRule.Keep };
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)], Rules = rules }, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        Assert.Equal(["sil", "g", "uang3", "zh", "ou1", "sil"], prepared.Utterances[0].Phones);
        Assert.Equal(["sil", "d", "ian3", "rr", ",", "n", "v3", ".", "sil"], prepared.Utterances[1].Phones);
    }

    [Fact]
    public void The_description_holds_what_training_needs()
    {
        PreparationOptions options = new()
        {
            Corpora = [SmallCorpus.Make(_folder)], Mel = MelConfig.Log16k, Phones = PhoneSet.Log198,
        };
        Preparation.Run(options, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        Assert.Equal(MelConfig.Log16k, prepared.Info.Mel);
        Assert.Same(PhoneSet.Log198, prepared.PhoneSet);
        Assert.Equal(["SSB0001", "SSB0002"], prepared.TrainingSpeakers);
        Assert.Equal("SSB0003", prepared.Info.Speakers[2].Name);
        Assert.Equal(["north", "south", "unknown"], prepared.Info.Accents);
    }

    [Fact]
    public void Faulty_utterances_are_refused_counted_and_listed()
    {
        string root = SmallCorpus.Make(_folder);
        File.AppendAllText(_folder["corpus/train/content.txt"],
            "SSB00010003.wav\t无 wu2\nSSB00010004.wav\t短 duan3\nSSB00010005.wav\t字 zi4 字 zi4 字 zi4\n"
            + "SSB00010001.wav\t广 guang3\nSSB00010006.wav\t错 cuo9\nSSB00010007.wav\t坏 huai4\n");
        SmallCorpus.AddSound(_folder, "corpus/train/wav/SSB0001/SSB00010004.wav", 22050, seconds: 0.01);
        SmallCorpus.AddSound(_folder, "corpus/train/wav/SSB0001/SSB00010005.wav", 22050, seconds: 0.17); // 14 frames
        _folder.Write("corpus/train/wav/SSB0001/SSB00010007.wav", "RIFF nonsense");

        PreparedInfo info = Preparation.Run(new() { Corpora = [root] }, _folder["out"]);

        Assert.Equal(4, info.Utterances);
        Dictionary<string, int> expected = new()
        {
            ["Unreadable"] = 2, ["TooShort"] = 1, ["MoreTokensThanFrames"] = 1, ["DuplicateName"] = 1,
            ["UnknownPhone"] = 1,
        };
        Assert.Equal(expected.OrderBy(reason => reason.Key), info.Refused.OrderBy(reason => reason.Key));
        string refused = File.ReadAllText(_folder["out/refused.tsv"]);
        Assert.Contains(
            "SSB00010005\tSSB0001\tMoreTokensThanFrames\t17 tokens, 14 frames", refused, StringComparison.Ordinal);
        Assert.Contains("SSB00010006\tSSB0001\tUnknownPhone\t«cuo9»", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void As_many_tokens_as_frames_are_kept()
    {
        _folder.Write("c/train/content.txt", "A0001.wav\t字 zi4 字 zi4\n"); // 6 phones, 13 tokens
        SmallCorpus.AddSound(_folder, "c/train/wav/A/A0001.wav", 22050, seconds: 13.5 * 256 / 22050);

        Assert.Equal(13, Preparation.Run(new() { Corpora = [_folder["c"]] }, _folder["out"]).Frames);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes_whatever_the_workers()
    {
        string root = SmallCorpus.Make(_folder);

        Preparation.Run(new() { Corpora = [root], Workers = 1 }, _folder["one"]);
        Preparation.Run(new() { Corpora = [root], Workers = 3 }, _folder["three"]);

        foreach (string file in Directory.GetFiles(_folder["one"]))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(_folder[$"three/{Path.GetFileName(file)}"]));
    }

    [Fact]
    public void A_speaker_can_be_left_out_and_must_exist()
    {
        string root = SmallCorpus.Make(_folder);

        PreparedInfo info = Preparation.Run(Excluding("SSB0001"), _folder["out"]);

        Assert.DoesNotContain(info.Speakers, speaker => speaker.Name == "SSB0001");
        Assert.Throws<UserException>(
            () => Preparation.Run(Excluding("SSB001"), _folder["other"]));

        PreparationOptions Excluding(string speaker) =>
            new() { Corpora = [root], Rules = new() { ExcludedSpeakers = [speaker] } };
    }

    [Fact]
    public void Nothing_usable_is_a_users_error_that_leaves_nothing()
    {
        _folder.Write("c/train/content.txt", "A0001.wav\t字 zi4\n");

        UserException e = Assert.Throws<UserException>(
            () => Preparation.Run(new() { Corpora = [_folder["c"]] }, _folder["out"]));

        Assert.Contains("1 Unreadable", e.What, StringComparison.Ordinal);
        Assert.Equal([_folder["c"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void An_output_below_a_file_is_a_users_error()
    {
        string root = SmallCorpus.Make(_folder);
        string file = _folder.Write("file", "");

        Assert.Throws<UserException>(() => Preparation.Run(new() { Corpora = [root] }, Path.Combine(file, "out")));
        Assert.Throws<UserException>(() => Preparation.Run(new() { Corpora = [root] }, file));
    }

    [Fact]
    public void Samples_that_are_not_numbers_are_refused()
    {
        string root = SmallCorpus.Make(_folder);
        byte[] wav = File.ReadAllBytes(_folder["corpus/train/wav/SSB0001/SSB00010001.wav"]);
        BitConverter.TryWriteBytes(wav.AsSpan(20), (short)3); // IEEE float
        BitConverter.TryWriteBytes(wav.AsSpan(32), (short)4);
        BitConverter.TryWriteBytes(wav.AsSpan(34), (short)32);
        wav.AsSpan(44).Fill(0xFF);
        File.WriteAllBytes(_folder["corpus/train/wav/SSB0001/SSB00010001.wav"], wav);

        PreparedInfo info = Preparation.Run(new() { Corpora = [root] }, _folder["out"]);

        Assert.Equal(1, info.Refused["NotANumber"]);
    }

    [Fact]
    public void A_stopped_preparation_shows_nothing()
    {
        string root = SmallCorpus.Make(_folder);

        Assert.Throws<OperationCanceledException>(
            () => Preparation.Run(new() { Corpora = [root] }, _folder["out"], cancel: new(canceled: true)));

        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void What_is_prepared_already_is_left_as_it_is()
    {
        PreparationOptions options = new() { Corpora = [SmallCorpus.Make(_folder)] };
        PreparedInfo first = Preparation.Run(options, _folder["out"]);
        DateTime written = File.GetLastWriteTimeUtc(_folder["out/mel.f32"]);

        PreparedInfo second = Preparation.Run(options with { Workers = 1 }, _folder["out"]);

        Assert.Equal(first.Frames, second.Frames);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder["out/mel.f32"]));
    }

    [Fact]
    public void Only_prepared_data_is_replaced_and_only_when_asked()
    {
        string root = SmallCorpus.Make(_folder);
        PreparationOptions options = new() { Corpora = [root] };
        Preparation.Run(options, _folder["out"]);

        PreparationOptions other = options with { Mel = MelConfig.Log16k };
        Assert.Throws<UserException>(() => Preparation.Run(other, _folder["out"]));
        Assert.Throws<UserException>(() => Preparation.Run(other with { Overwrite = true }, root));
        Preparation.Run(other with { Overwrite = true }, _folder["out"]);

        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);
        Assert.Equal(MelConfig.Log16k.Hash, prepared.Info.MelHash);
    }

    [Theory]
    [InlineData("mel.f32")]
    [InlineData("energy.f32")]
    [InlineData("utterances.tsv")]
    [InlineData("prepared.json")]
    public void Damaged_data_is_refused_when_opened(string file)
    {
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)] }, _folder["out"]);
        byte[] bytes = File.ReadAllBytes(_folder[$"out/{file}"]);
        File.WriteAllBytes(_folder[$"out/{file}"], bytes[..(bytes.Length / 2)]);

        Assert.Throws<UserException>(() => PreparedCorpus.Open(_folder["out"]));
    }

    [Fact]
    public void Data_of_another_version_of_the_phones_is_refused()
    {
        Preparation.Run(new() { Corpora = [SmallCorpus.Make(_folder)] }, _folder["out"]);
        string json = File.ReadAllText(_folder["out/prepared.json"]);
        string other = json.Replace(PhoneSet.InitialsFinals.Hash, "0123456789abcdef", StringComparison.Ordinal);
        _folder.Write("out/prepared.json", other);

        UserException e = Assert.Throws<UserException>(() => PreparedCorpus.Open(_folder["out"]));

        Assert.Contains("phone set", e.What, StringComparison.Ordinal);
    }
}
