using Kouyin.App.Commands;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;

namespace Kouyin.App.Tests;

public sealed class PrepareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PrepareCommandTests()
    {
        _folder.Write("c/train/content.txt", "A0001.wav\t字 zi4\nA0002.wav\t字 zi4\n");
        Directory.CreateDirectory(_folder["c/train/wav/A"]);
        float[] tone = [.. Enumerable.Range(0, 11025).Select(k => 0.3f * MathF.Sin(0.1f * k))];
        WavFile.Write(_folder["c/train/wav/A/A0001.wav"], new(tone, 22050));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_prepares_and_says_what_it_kept_and_refused()
    {
        (int code, string said) = Run(_folder["c"], "--out", _folder["out"], "--mel", "log16k");

        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);
        Assert.Equal(0, code);
        Assert.Equal(MelConfig.Log16k, prepared.Info.Mel);
        Assert.Contains("1 utterances", said, StringComparison.Ordinal);
        Assert.Contains("1 speakers have fewer than 20 training utterances: A 1", said, StringComparison.Ordinal);
        Assert.Contains("refused 1: Unreadable", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--mel", "mel80")]
    [InlineData("--phones", "ipa")]
    [InlineData("--jobs", "0")]
    [InlineData("--labels", "none.txt")]
    [InlineData("--exclude-speaker", "B")]
    [InlineData("--unseen-speaker", "B")]
    [InlineData("--accent", "others")]
    [InlineData("--accent", "others=south")]
    [InlineData("--test-percent", "100")]
    [InlineData("--max-seconds", "0")]
    public void A_wrong_option_is_a_users_error(string option, string value)
    {
        Assert.Throws<UserException>(() => Run(_folder["c"], "--out", _folder["out"], option, value));

        Assert.False(Directory.Exists(_folder["out"]));
    }

    private static (int Code, string Said) Run(params string[] arguments)
    {
        using StringWriter output = new();
        int code = PrepareCommand.Create().Parse(arguments)
            .Invoke(new() { EnableDefaultExceptionHandler = false, Output = output });
        return (code, output.ToString());
    }
}
