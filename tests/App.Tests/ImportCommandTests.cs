using Kouyin.Speech.Model.Vocoder;
using Kouyin.Torch;
using Kouyin.Torch.Tests;

namespace Kouyin.App.Tests;

public sealed class ImportCommandTests : IDisposable
{
    private readonly FakeTerminal _terminal = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedFact("fixtures/model_ms.pt")]
    public void Grad_tts_arrives_tensor_for_tensor_with_its_sizes()
    {
        int code = _terminal.Run("import", Shared.PathOf("fixtures/model_ms.pt"), "--out", _folder["m"]);

        Assert.Equal((0, ""), (code, _terminal.Error));
        Assert.Contains("grad-tts, 240 tensors", _terminal.Out);
        using SafeTensors imported = SafeTensors.Open(_folder["m"]);
        using SafeTensors expected = SafeTensors.Open(Shared.PathOf("fixtures/model_ms.safetensors"));
        Assert.Equal("grad-tts", imported.Metadata["model"]);
        foreach (string shown in new[] { "n_spks", "n_vocab", "spk_emb_dim", "n_enc_channels", "filter_channels",
            "filter_channels_dp", "n_heads", "n_enc_layers", "enc_kernel", "window_size", "n_feats", "dec_dim" })
            Assert.Equal(expected.Metadata[shown], imported.Metadata[shown]);
        Assert.Equal(expected.Entries.Count, imported.Entries.Count);
        foreach (SafeTensor entry in expected.Entries)
        {
            Assert.Equal(entry.Type, imported[entry.Name].Type);
            Assert.Equal(entry.Shape, imported[entry.Name].Shape);
            Assert.True(expected.Bytes(entry.Name).SequenceEqual(imported.Bytes(entry.Name)), entry.Name);
        }
    }

    [Fact]
    public void A_hifi_gan_of_published_shape_arrives_with_its_config()
    {
        string source = _folder.Write("g", Pickle.Legacy(HiFiGan([16, 16, 8]), ("0", new byte[4])));

        int code = _terminal.Run("import", source, "--out", _folder["g.safetensors"]);

        Assert.Equal((0, ""), (code, _terminal.Error));
        Assert.Contains("from part «generator»", _terminal.Out, StringComparison.Ordinal);
        using SafeTensors imported = SafeTensors.Open(_folder["g.safetensors"]);
        Assert.Equal("hifi-gan", imported.Metadata["model"]);
        HiFiGanConfig config = HiFiGanConfig.Parse(imported.Metadata["config"], "config");
        Assert.Equal((8, 80), (config.UpsampleInitialChannel, config.NumMels));
        Assert.Equal(HiFiGanConfig.V3.UpsampleRates, config.UpsampleRates);
        Assert.Equal(HiFiGanConfig.V3.ResblockDilationSizes, config.ResblockDilationSizes);
    }

    [Fact]
    public void A_hifi_gan_of_another_shape_needs_its_config()
    {
        string source = _folder.Write("g", Pickle.Legacy(HiFiGan([8, 8, 8]), ("0", new byte[4])));
        string config = _folder.Write("config.json", """
            {"resblock": "2", "upsample_rates": [4, 4, 4], "upsample_kernel_sizes": [8, 8, 8],
             "upsample_initial_channel": 8, "resblock_kernel_sizes": [3, 5, 7], "hop_size": 64,
             "resblock_dilation_sizes": [[1, 2], [2, 6], [3, 12]], "batch_size": 16}
            """u8);
        string other = _folder.Write("other.json", """{"resblock": "1"}"""u8);
        string broken = _folder.Write("broken.json", """{"resblock": null}"""u8);

        Assert.Equal(2, _terminal.Run("import", source, "--out", _folder["o"]));
        Assert.Contains("--config", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(2, _terminal.Run("import", source, "--out", _folder["o"], "--config", other));
        Assert.Contains("does not fit", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(2, _terminal.Run("import", source, "--out", _folder["o"], "--config", broken));
        Assert.Contains("not a config file", _terminal.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["o"]));
        Assert.Equal(0, _terminal.Run("import", source, "--out", _folder["o"], "--config", config));
    }

    [Fact]
    public void Weights_of_an_unknown_model_are_listed()
    {
        byte[] pickle = new Pickle().Op("}").Text("fc.weight").Tensor("0", 1, 0, [1], [1]).Op("s").Stop();

        Fails("neither Grad-TTS nor a HiFi-GAN", _folder.Write("other.pt", Pickle.Zip(pickle, ("0", new byte[4]))));
        Assert.Contains("fc.weight", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_pickle_is_one_error()
    {
        byte[] pickle = new Pickle().Global("posix", "system").Op("(").Text("touch pwned").Op("tR").Stop();

        Fails("«posix.system»", _folder.Write("evil.pt", Pickle.Zip(pickle)));
    }

    [Fact]
    public void A_missing_file_is_one_error() => Fails("cannot read", _folder["none.pt"]);

    [Fact]
    public void A_folder_is_one_error() => Fails("cannot read", _folder.Path);

    [Fact]
    public void A_file_of_another_kind_is_one_error() =>
        Fails("does not begin as one", _folder.Write("song.pt", "RIFF....WAVE"u8));

    [SharedFact("fixtures/model_ms.pt")]
    public void A_checkpoint_cut_in_half_is_one_error()
    {
        byte[] whole = File.ReadAllBytes(Shared.PathOf("fixtures/model_ms.pt"));

        Fails("cut off", _folder.Write("half.pt", whole.AsSpan(0, whole.Length / 2)));
    }

    [SharedFact("fixtures/model_ms.pt")]
    public void A_place_that_cannot_be_written_is_one_error()
    {
        string source = Shared.PathOf("fixtures/model_ms.pt");

        Assert.Equal(CommandLine.UserError, _terminal.Run("import", source, "--out", _folder["no/such/file"]));
        Assert.Contains("mkdir -p", _terminal.Error);
        Assert.Equal(CommandLine.UserError, _terminal.Run("import", source, "--out", "/proc/version"));
        Assert.Contains("cannot write", _terminal.Error);
        Assert.Equal(CommandLine.UserError, _terminal.Run("import", source, "--out", _folder.Path));
        Assert.Contains("a folder has that name", _terminal.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [SharedFact("fixtures/model_ms.pt")]
    public void An_unknown_part_is_one_error()
    {
        string source = Shared.PathOf("fixtures/model_ms.pt");

        Assert.Equal(2, _terminal.Run("import", source, "--out", _folder["o"], "--part", "generator"));
        Assert.Contains("no part «generator»", _terminal.Error);
    }

    [Fact]
    public void The_file_it_reads_is_never_overwritten()
    {
        string path = _folder.Write("x.pt", "precious"u8);

        Assert.Equal(CommandLine.UserError, _terminal.Run("import", path, "--out", path));
        Assert.Equal("precious", File.ReadAllText(path));
    }

    // One number seen as every tensor: import looks at sizes only.
    private static byte[] HiFiGan(int[] upsampleKernels)
    {
        Pickle pickle = new Pickle().Op("}").Text("generator").Op("}(");
        void Tensor(string name, params int[] shape) =>
            pickle.Text(name).Tensor("0", 1, 0, shape, new int[shape.Length]);
        Tensor("conv_pre.bias", 8);
        Tensor("conv_pre.weight_g", 8, 1, 1);
        Tensor("conv_pre.weight_v", 8, 80, 7);
        foreach ((int stage, int kernel) in upsampleKernels.Index())
        {
            Tensor($"ups.{stage}.bias", 1);
            Tensor($"ups.{stage}.weight_v", 2, 1, kernel);
            foreach ((int block, int size) in new[] { 3, 5, 7 }.Index())
            {
                Tensor($"resblocks.{3 * stage + block}.convs.0.bias", 1);
                Tensor($"resblocks.{3 * stage + block}.convs.0.weight_v", 1, 1, size);
            }
        }
        return pickle.Op("us").Stop();
    }

    private void Fails(string fault, string source)
    {
        string target = _folder["out.safetensors"];

        Assert.Equal(CommandLine.UserError, _terminal.Run("import", source, "--out", target));

        Assert.Contains(fault, _terminal.Error);
        Assert.Contains($"where: {source}", _terminal.Error);
        Assert.Single(_terminal.Error.Split("error: ", StringSplitOptions.RemoveEmptyEntries));
        Assert.False(File.Exists(target));
    }
}
