using Kouyin.Torch;

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

        Assert.Equal(CommandLine.UserError, _terminal.Run("import", source, "--out", _folder["o"], "--part", "generator"));
        Assert.Contains("no part «generator»", _terminal.Error);
    }

    [Fact]
    public void The_file_it_reads_is_never_overwritten()
    {
        string path = _folder.Write("x.pt", "precious"u8);

        Assert.Equal(CommandLine.UserError, _terminal.Run("import", path, "--out", path));
        Assert.Equal("precious", File.ReadAllText(path));
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
