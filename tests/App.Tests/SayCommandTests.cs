using System.Diagnostics;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Training;
using Kouyin.Speech.Voices;
using Kouyin.Torch;

namespace Kouyin.App.Tests;

/// <summary>A voice of a few untrained numbers, so that everything but the sound is real.</summary>
public sealed class SmallVoice : IDisposable
{
    internal const string Recipe = """
        {
          "model": {
            "encoder": { "width": 8, "hidden": 8, "duration_hidden": 8, "layers": 1, "conditioning": "speaker" },
            "decoder": "flow1d", "flow1d": { "width": 8, "heads": 2, "middle_blocks": 1 },
            "decoder_conditioning": { "speaker": "film" }, "speaker": { "width": 4 },
            "segment_frames": 16, "normalize_mel": true
          },
          "steps": 2
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public SmallVoice()
    {
        foreach (string speaker in (string[])["A", "B"])
        {
            _folder.Write($"c/train/wav/{speaker}/place", "");
            float pitch = speaker == "A" ? 0.05f : 0.07f; // the same samples twice would be refused
            float[] sound = [.. Enumerable.Range(0, 8000).Select(k => 0.3f * MathF.Sin(pitch * k))];
            WavFile.Write(_folder[$"c/train/wav/{speaker}/{speaker}0001.wav"], new(sound, 16000));
        }
        _folder.Write("c/train/content.txt", "A0001.wav\t字 zi4\nB0001.wav\t好 hao3\n");
        Preparation.Run(new() { Corpora = [_folder["c"]] }, Data);
        _folder.Write("recipe.json", Recipe);
    }

    /// <summary>Prepared data of two speakers, A and B.</summary>
    public string Data => _folder["data"];

    /// <summary>The recipe of the voice.</summary>
    public string RecipeFile => _folder["recipe.json"];

    /// <summary>Where the voice is, trained at the first asking.</summary>
    public string Path
    {
        get
        {
            string run = _folder["run"];
            if (!Directory.Exists(run))
            {
                using PreparedCorpus corpus = PreparedCorpus.Open(Data);
                Recipe recipe = Speech.Training.Recipe.Load(RecipeFile);
                using Trainer trainer = Trainer.Open(recipe, corpus, run, resume: false);
                trainer.Next();
                trainer.Save();
            }
            return run;
        }
    }

    /// <summary>A path beside it.</summary>
    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();
}

public sealed class SayCommandTests(SmallVoice voice) : IClassFixture<SmallVoice>
{
    [Fact]
    public void It_writes_the_same_sound_for_the_same_seed()
    {
        int code = Run(
            out string said, "say", "今天天气真好，我们去公园走走。", "--voice", voice.Path, "--speaker", "b", "--out",
            voice["a.wav"]);
        Assert.Equal(0, code);
        Run(out _, "say", "今天天气真好，我们去公园走走。", "--voice", voice.Path, "--speaker", "B", "--out", voice["b.wav"]);
        Run(out _, "say", "今天天气真好，我们去公园走走。", "--voice", voice.Path, "--seed", "1", "--out", voice["c.wav"]);

        Assert.Contains("s of speech", said, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(voice["a.wav"]), File.ReadAllBytes(voice["b.wav"]));
        Assert.NotEqual(File.ReadAllBytes(voice["a.wav"]), File.ReadAllBytes(voice["c.wav"]));
        Assert.True(SoundFile.Read(voice["a.wav"]).Seconds > 0.2);
    }

    [Theory]
    [InlineData("there is nothing in the text", "")]
    [InlineData("there is nothing in the text", " \u3000 ")]
    [InlineData("no speaker «nobody»", "好", "--speaker", "nobody")]
    [InlineData("cannot give a speaker another accent", "好", "--accent", "martian")]
    [InlineData("no voice «nowhere»", "好", "--voice", "nowhere")]
    [InlineData("its folder does not exist", "好", "--out", "/no/such/folder/x.wav")]
    [InlineData("the speed is 9", "好", "--speed", "9")]
    [InlineData("the steps are 0", "好", "--steps", "0")]
    [InlineData("the temperature is -1", "好", "--temperature", "-1")]
    public void What_a_user_can_put_right_is_one_error_and_no_file(
        string expected, string text, params string[] options)
    {
        string path = voice["none.wav"];
        string[] named = options.Contains("--voice") ? [] : ["--voice", voice.Path];
        string[] output = options.Contains("--out") ? [] : ["--out", path];

        int code = Run(out string said, ["say", text, .. named, .. output, .. options]);

        Assert.Equal(2, code);
        Assert.Contains(expected, said, StringComparison.Ordinal);
        Assert.Contains("fix:", said, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused_with_its_length()
    {
        int code = Run(
            out string said, "say", new string('好', 10_000), "--voice", voice.Path, "--out", voice["long.wav"]);

        Assert.Equal(2, code);
        Assert.Contains("10000 characters", said, StringComparison.Ordinal);
        Assert.False(File.Exists(voice["long.wav"]));
    }

    [Fact]
    public void A_voice_without_accent_tokens_takes_no_accent_from_a_recording()
    {
        int code = Run(
            out string said, "say", "好", "--voice", voice.Path, "--reference",
            voice["c/train/wav/A/A0001.wav"], "--out", voice["taken.wav"]);

        Assert.Equal(2, code);
        Assert.Contains("--reference", said, StringComparison.Ordinal);
        Assert.False(File.Exists(voice["taken.wav"]));
    }

    [Fact]
    public void A_long_sentence_without_stops_is_cut_into_breaths()
    {
        string text = string.Concat(Enumerable.Repeat("我们去公园走走", 60));
        Run(out _, "say", text, "--voice", voice.Path, "--out", voice["breaths.wav"]);

        Assert.True(SoundFile.Read(voice["breaths.wav"]).Seconds > 1);
    }

    [Fact]
    public void A_voice_that_is_cut_short_is_refused()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(voice.Path, VoiceFile.Name));
        File.WriteAllBytes(voice["cut.safetensors"], whole[..(whole.Length / 2)]);

        int code = Run(out string said, "say", "好", "--voice", voice["cut.safetensors"], "--out", voice["cut.wav"]);

        Assert.Equal(2, code);
        Assert.Contains("cut.safetensors", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Speaking_leaves_no_tensor_behind()
    {
        long before = Engine.LiveTensors;

        Run(out _, "say", "好。好。好。", "--voice", voice.Path, "--out", voice["leak.wav"]);

        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void Memory_is_flat_over_2000_sentences()
    {
        using Voice speaking = Voice.Open(voice.Path);
        speaking.Vocoder = new GriffinLim(speaking.Info.Mel, new() { Iterations = 2 });
        SaySentences(speaking, 400);
        long before = Resident();

        SaySentences(speaking, 1600);

        Assert.InRange(Resident(), 0, before + (16 << 20));
    }

    [Fact]
    public void An_exported_voice_is_half_the_size_and_sounds_alike()
    {
        Assert.Equal(0, Run(out _, "export", voice.Path, "--out", voice["exported"]));
        using Voice whole = Voice.Open(voice.Path);
        using Voice half = Voice.Open(voice["exported"]);
        using TensorScope scope = new();
        string[] phones = ["sil", "h", "ao3", "sil"];

        float[] a = whole.Speak(phones, new()).Mel.ToArray(), b = half.Speak(phones, new()).Mel.ToArray();

        Assert.Equal(a.Length, b.Length);
        Assert.True(a.Zip(b, (x, y) => Math.Abs(x - y)).Max() < 0.05);
    }

    private static void SaySentences(Voice voice, int count)
    {
        for (int k = 0; k < count; k++)
            Assert.True(voice.Say("你好。", new() { Seed = k, Steps = 2 }).Sum(sound => sound.Samples.Length) > 0);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private static int Run(out string said, params string[] arguments)
    {
        FakeTerminal terminal = new();
        int code = terminal.Run(arguments);
        said = terminal.Out + terminal.Error;
        return code;
    }
}
