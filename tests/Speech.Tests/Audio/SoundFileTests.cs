using Kouyin.Speech.Audio;

namespace Kouyin.Speech.Tests.Audio;

public sealed class SoundFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8000)]
    [InlineData(11025)]
    [InlineData(22050)]
    [InlineData(44117)]
    public void Written_wav_reads_back_to_half_a_step(int sampleRate)
    {
        Sound sound = new(Tones.Noise(1001, seed: 1), sampleRate);

        WavFile.Write(_folder["a.wav"], sound);
        Sound read = SoundFile.Read(_folder["a.wav"]);

        Assert.Equal(sampleRate, read.SampleRate);
        Assert.Equal(sound.Samples.Length, read.Samples.Length);
        for (int i = 0; i < read.Samples.Length; i++)
            Assert.Equal(sound.Samples[i], read.Samples[i], 0.5001f / 32768);
    }

    [Fact]
    public void Samples_at_and_beyond_full_scale_do_not_wrap()
    {
        WavFile.Write(_folder["a.wav"], new([1f, 1.5f, -1f, -2f, float.PositiveInfinity], 22050));

        float[] read = SoundFile.Read(_folder["a.wav"]).Samples;

        Assert.Equal([32767 / 32768f, 32767 / 32768f, -1f, -1f, 32767 / 32768f], read);
    }

    [Fact]
    public void A_sample_that_is_not_a_number_is_refused()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => WavFile.Encode([0f, float.NaN], 22050));

        Assert.Contains("sample 1 of 2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stereo_becomes_the_mean_of_its_channels()
    {
        Tones.WriteInterleaved(_folder["s.wav"], [0.5f, 0.25f, -0.5f, 0.5f], channels: 2, sampleRate: 16000);

        Sound read = SoundFile.Read(_folder["s.wav"]);

        Assert.Equal([0.375f, 0f], read.Samples);
        Assert.Equal(16000, read.SampleRate);
    }

    [Fact]
    public void A_missing_file_is_a_users_error()
    {
        UserException e = Assert.Throws<UserException>(() => SoundFile.Read(_folder["none.wav"]));

        Assert.Equal(_folder["none.wav"], e.Where);
    }

    [Theory]
    [InlineData("RIFF....WAVEfmt nonsense that is not a sound at all")]
    [InlineData("")]
    [InlineData("OggS garbage")]
    public void A_corrupt_file_is_a_users_error_with_libsndfiles_reason(string content)
    {
        string path = _folder.Write("bad.wav", content);

        UserException e = Assert.Throws<UserException>(() => SoundFile.Read(path));

        Assert.Contains("cannot decode", e.What, StringComparison.Ordinal);
        Assert.Equal(path, e.Where);
    }

    [Fact]
    public void An_unwritable_output_is_a_users_error_and_leaves_nothing()
    {
        UserException e = Assert.Throws<UserException>(
            () => WavFile.Write(_folder["no/such/folder.wav"], new([0f], 8000)));

        Assert.Contains("cannot write", e.What, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Resampling_keeps_a_tone_and_the_length()
    {
        Sound sound = new(Tones.Sine(440, 44100, 44100), 44100);

        Sound halved = sound.To(22050);

        float[] expected = Tones.Sine(440, 22050, 22050);
        Assert.Equal(22050, halved.Samples.Length);
        for (int i = 1000; i < 21000; i++)
            Assert.Equal(expected[i], halved.Samples[i], 1e-3f);
    }

    [SharedFact("corpus/open/test/wav/CWN0002/CWN00020011.ogg")]
    public void Real_vorbis_decodes_to_its_stated_length()
    {
        Sound sound = SoundFile.Read(Shared.PathOf("corpus/open/test/wav/CWN0002/CWN00020011.ogg"));

        Assert.Equal(22050, sound.SampleRate);
        Assert.InRange(sound.Seconds, 0.3, 3);
    }

    [Fact]
    public void Cutting_leaves_exactly_the_margin()
    {
        float[] samples = new float[30000];
        Tones.Sine(300, 22050, 8820).CopyTo(samples, 11025);

        Sound cut = new Sound(samples, 22050).CutToSpeech(marginSeconds: 0.1);

        Assert.InRange(cut.Samples.Length, 8820 + 2 * 2205, 8820 + 2 * 2205 + 440);
        Assert.All(cut.Samples[..2000], sample => Assert.Equal(0, sample));
    }

    [Fact]
    public void Cutting_adds_the_margin_that_a_recording_lacks()
    {
        Sound cut = new Sound(Tones.Sine(300, 22050, 4410, 0.9), 22050).CutToSpeech(marginSeconds: 0.1);

        Assert.Equal(4410 + 2 * 2205, cut.Samples.Length);
        Assert.Equal(0, cut.Samples[2204]);
    }

    [Fact]
    public void Speech_level_ignores_pauses_and_the_peak_limits_the_gain()
    {
        float[] samples = new float[44100];
        Tones.Sine(300, 22050, 22050, 0.1).CopyTo(samples, 0);
        Sound quiet = new(samples, 22050);

        double level = Loudness.SpeechLevelDb(quiet.ToSpeechLevel(-22).Samples, 22050);
        double loudest = quiet.ToSpeechLevel(0).Samples.Max();

        Assert.Equal(-22, level, 0.05);
        Assert.Equal(Math.Pow(10, -1 / 20.0), loudest, 1e-3);
    }

    [Fact]
    public void Digital_silence_stays_silent()
    {
        Sound silence = new(new float[1000], 22050);

        Assert.Equal(silence.Samples, silence.ToSpeechLevel().Samples);
        Assert.Equal(2 * 2205, silence.CutToSpeech().Samples.Length);
    }
}
