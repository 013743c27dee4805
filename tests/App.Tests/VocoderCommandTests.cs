using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Training;

namespace Kouyin.App.Tests;

public sealed class VocoderCommandTests(SmallVoice voice) : IClassFixture<SmallVoice>
{
    private const string Recipe = """
        { "vocoder": { "harmonic": { "width": 8, "hidden": 8, "blocks": 1, "pitch_width": 8, "pitch_hidden": 8,
          "pitch_blocks": 1 }, "segment_frames": 16 }, "steps": 2 }
        """;

    [Fact]
    public void A_vocoder_is_trained_exported_measured_and_spoken_through()
    {
        string run = Trained();

        Assert.Equal(0, Run(out _, "export", run, "--out", voice["small"]));
        Assert.Equal(0, Run(out string spoken, "say", "好", "--voice", voice.Path, "--vocoder", voice["small"],
            "--out", voice["said.wav"]));
        Assert.Equal(0, Run(out string measured, "vocoders", "--data", voice["kept"], "--vocoder", run));

        Assert.Contains("s of speech", spoken, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(voice["small"], VocoderFile.Name)).Length
            < 0.6 * new FileInfo(Path.Combine(run, VocoderFile.Name)).Length);
        Assert.Contains("griffin-lim: 1 of new speakers, words", measured, StringComparison.Ordinal);
        Assert.Contains($"{run}: 1 of new speakers, words", measured, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(22050)]
    [InlineData(48000)]
    public void A_recording_is_copied_at_its_length(int rate)
    {
        WavFile.Write(voice["tone.wav"], new([.. Enumerable.Range(0, rate).Select(
            k => 0.3f * MathF.Sin(0.06f * k * 22050 / rate))], rate));

        int code = Run(
            out _, "vocode", voice["tone.wav"], "--out", voice["copy.wav"], "--vocoder", "griffin-lim");

        Assert.Equal(0, code);
        Sound copy = SoundFile.Read(voice["copy.wav"]);
        Assert.Equal(22050, copy.SampleRate);
        Assert.Equal(1, copy.Seconds, 0.02);
    }

    [Theory]
    [InlineData("--vocoder", "vocoder-16k")]
    [InlineData("--mel", "log16k")]
    public void The_clone_has_a_vocoder_for_mels_of_16_kHz_too(string option, string value)
    {
        WavFile.Write(voice["hum.wav"], Tone(0.05f));

        int code = Run(out string said, "vocode", voice["hum.wav"], "--out", voice["hummed.wav"], option, value);

        Assert.Equal(0, code);
        Assert.Equal(16000, SoundFile.Read(voice["hummed.wav"]).SampleRate);
        Assert.Contains("HarmonicVocoder", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocoder_for_other_mels_is_refused_with_the_settings_that_differ()
    {
        WavFile.Write(voice["short.wav"], new(new float[8000], 16000));

        int code = Run(
            out string said, "vocode", voice["short.wav"], "--out", voice["none.wav"], "--vocoder", Trained(), "--mel",
            "log16k");

        Assert.Equal(2, code);
        Assert.Contains("rate 22050, not 16000", said, StringComparison.Ordinal);
        Assert.False(File.Exists(voice["none.wav"]));
    }

    [Theory]
    [InlineData("no vocoder «nowhere»", "nowhere")]
    [InlineData("is no vocoder", null)]
    public void What_is_no_vocoder_is_one_error(string expected, string? name)
    {
        WavFile.Write(voice["ok.wav"], new(new float[8000], 22050));

        int code = Run(
            out string said, "vocode", voice["ok.wav"], "--out", voice["none.wav"], "--vocoder",
            name ?? Path.Combine(voice.Path, "voice.safetensors"));

        Assert.Equal(2, code);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Contains("fix:", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_too_short_for_a_frame_is_refused()
    {
        WavFile.Write(voice["click.wav"], new([0.5f], 22050));

        Assert.Equal(2, Run(out string said, "vocode", voice["click.wav"], "--out", voice["none.wav"]));
        Assert.Contains("too short", said, StringComparison.Ordinal);
    }

    private string Trained()
    {
        string run = voice["vocoder"];
        if (Directory.Exists(run))
            return run;
        WavFile.Write(voice["k/train/wav/A/A0001.wav"], Tone(0.05f));
        WavFile.Write(voice["k/test/wav/C/C0001.wav"], Tone(0.06f));
        File.WriteAllText(voice["k/train/content.txt"], "A0001.wav\t字 zi4\n");
        File.WriteAllText(voice["k/test/content.txt"], "C0001.wav\t好 hao3\n");
        Preparation.Run(new() { Corpora = [voice["k"]], Rules = new() { KeepAudio = true } }, voice["kept"]);
        using PreparedCorpus corpus = PreparedCorpus.Open(voice["kept"]);
        using Trainer trainer = Trainer.Open(
            Speech.Training.Recipe.Parse(Recipe, "test"), corpus, run, resume: false);
        trainer.Next();
        trainer.Save();
        return run;
    }

    private Sound Tone(float step)
    {
        foreach (string folder in (string[])["k/train/wav/A", "k/test/wav/C"])
            Directory.CreateDirectory(voice[folder]);
        return new([.. Enumerable.Range(0, 16000).Select(k => 0.3f * MathF.Sin(step * k))], 16000);
    }

    private static int Run(out string said, params string[] arguments)
    {
        FakeTerminal terminal = new();
        int code = terminal.Run(arguments);
        said = terminal.Out + terminal.Error;
        return code;
    }
}
