using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Model.Vocoder;
using Kouyin.Speech.Model.Vocoder.Harmonic;
using Kouyin.Speech.Tests.Data;
using Kouyin.Speech.Training;
using Kouyin.Torch;

namespace Kouyin.Speech.Tests.Training;

public sealed class VocoderTrainingTests : IDisposable
{
    private const string Harmonic = """
        {
          "vocoder": {
            "harmonic": { "width": 12, "hidden": 16, "blocks": 1, "pitch_width": 8, "pitch_hidden": 8,
              "pitch_blocks": 1 },
            "segment_frames": 16, "windows": [256, 1024]
          },
          "batch_utterances": 2, "steps": 40, "learning_rate": 3e-3, "average_decay": 0.9
        }
        """;

    private const string HifiGan = """
        {
          "vocoder": {
            "hifi_gan": { "resblock": "2", "upsample_rates": [8, 8, 4], "upsample_kernel_sizes": [16, 16, 8],
              "upsample_initial_channel": 8, "resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 2]] },
            "discriminators": { "periods": [3], "scales": 2, "divisor": 16 }, "segment_frames": 16
          },
          "batch_utterances": 2, "steps": 40, "learning_rate": 1e-3, "gradient_limit": 1000
        }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly PreparedCorpus _corpus;

    public VocoderTrainingTests()
    {
        PreparationRules rules = new() { KeepAudio = true };
        string corpus = SmallCorpus.Make(_folder);
        _folder.Write("corpus/test/content.txt", "SSB00030001.wav\t好 hao3\n");
        Preparation.Run(new() { Corpora = [corpus], Rules = rules }, _folder["data"]);
        _corpus = PreparedCorpus.Open(_folder["data"]);
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Harmonic)]
    [InlineData(HifiGan)]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit(string recipe)
    {
        Steps(recipe, "whole", 5, resume: false);
        Steps(recipe, "parts", 2, resume: false);
        Steps(recipe, "parts", 3, resume: true);

        Assert.Equal(Bytes("whole", Trainer.CheckpointName), Bytes("parts", Trainer.CheckpointName));
        Assert.Equal(Bytes("whole", VocoderFile.Name), Bytes("parts", VocoderFile.Name));
    }

    [Theory]
    [InlineData(Harmonic, 2)]
    [InlineData(HifiGan, 0)]
    public void A_few_steps_lower_the_loss_and_the_product_speaks(string recipe, int loss)
    {
        Engine.Threads = 1;
        using Trainer trainer = Trainer.Open(Recipe.Parse(recipe, "test"), _corpus, _folder["run"], resume: false);

        double[] losses = [.. Enumerable.Range(0, 40).Select(_ => trainer.Next().Losses[loss])];
        trainer.Save();

        Assert.True(losses[^8..].Average() < 0.9 * losses[..8].Average(), string.Join(' ', losses));
        Assert.All(trainer.Evaluate()!, value => Assert.True(double.IsFinite(value)));
        IVocoder vocoder = VocoderFile.Open(_folder["run"], MelConfig.Natural22k);
        using IDisposable? weights = vocoder as IDisposable;
        Assert.Equal(20 * 256, vocoder.Samples(_corpus.Mel(0)[..(20 * 80)]).Length);
    }

    [Fact]
    public void A_held_out_speaker_is_not_among_those_learnt_from()
    {
        string recipe = Harmonic.Replace(
            "\"segment_frames\"", "\"held_out_speakers\": [\"SSB0002\"], \"segment_frames\"", StringComparison.Ordinal);
        Steps(recipe, "run", 1, resume: false);

        using HarmonicVocoder vocoder = (HarmonicVocoder)VocoderFile.Open(_folder["run"]);

        Assert.Equal(["SSB0001"], vocoder.Info.Speakers);
    }

    [Fact]
    public void A_new_run_takes_the_weights_that_fit_and_says_which_do_not()
    {
        Steps(Harmonic, "first", 1, resume: false);
        string wider = Harmonic.Replace("\"pitch_hidden\": 8", "\"pitch_hidden\": 12", StringComparison.Ordinal);
        string from = Path.Combine(_folder["first"], VocoderFile.Name);

        using Trainer trainer = Trainer.Open(Recipe.Parse(wider, "test"), _corpus, _folder["second"], false, from);

        Assert.Contains("filter.weight", trainer.Taken);
        Assert.Equal(
            ["hear.blocks.0.narrow.weight", "hear.blocks.0.wide.bias", "hear.blocks.0.wide.weight"], trainer.Fresh);
        Assert.Throws<UserException>(
            () => Trainer.Open(Recipe.Parse(HifiGan, "test"), _corpus, _folder["third"], false, from));
    }

    [Fact]
    public void Data_without_its_sound_is_refused()
    {
        Preparation.Run(new() { Corpora = [_folder["corpus"]] }, _folder["silent"]);
        using PreparedCorpus silent = PreparedCorpus.Open(_folder["silent"]);

        UserException e = Assert.Throws<UserException>(
            () => Trainer.Open(Recipe.Parse(Harmonic, "test"), silent, _folder["run"], resume: false));

        Assert.Contains("--keep-audio", e.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"segment_frames\": 4", "segment_frames is 4")]
    [InlineData("\"discriminators\": { \"divisor\": 3 }", "divisor is 3")]
    [InlineData("\"windows\": []", "windows")]
    [InlineData("\"harmonic\": { \"kernel\": 3, \"ahead_per_layer\": 3 }", "ahead_per_layer")]
    [InlineData("\"voice\": 1", "voice")]
    public void A_wrong_recipe_says_what_is_wrong(string key, string expected)
    {
        UserException e = Assert.Throws<UserException>(
            () => Recipe.Parse($$"""{ "vocoder": { {{key}} } }""", "recipe.json"));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private void Steps(string recipe, string folder, int count, bool resume)
    {
        Engine.Threads = 1;
        using Trainer trainer = Trainer.Open(Recipe.Parse(recipe, "test"), _corpus, _folder[folder], resume);
        for (int k = 0; k < count; k++)
            trainer.Next();
        trainer.Save();
    }

    private byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Combine(_folder[run], file));
}
