using Kouyin.App.Commands;
using Kouyin.Speech.Audio;

namespace Kouyin.App.Tests;

public sealed class CorpusCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Show_prints_what_the_data_holds_and_writes_a_page()
    {
        _folder.Write("c/train/content.txt", "A0001.wav\t字 zi4\n");
        _folder.Write("c/spk-info.txt", "A B female north\n");
        Directory.CreateDirectory(_folder["c/train/wav/A"]);
        float[] tone = [.. Enumerable.Range(0, 22050).Select(k => 0.3f * MathF.Sin(2 * MathF.PI * 200 * k / 22050))];
        WavFile.Write(_folder["c/train/wav/A/A0001.wav"], new(tone, 22050));
        using StringWriter prepared = new();
        PrepareCommand.Create().Parse([_folder["c"], "--out", _folder["data"]]).Invoke(new() { Output = prepared });

        using StringWriter output = new();
        int code = CorpusCommand.Create().Parse(["show", _folder["data"], "--out", _folder["page.html"]])
            .Invoke(new() { Output = output, EnableDefaultExceptionHandler = false });

        string said = output.ToString();
        Assert.Equal(0, code);
        Assert.Contains("1 utterances, 0 of them held out", said, StringComparison.Ordinal);
        Assert.Contains("north", said, StringComparison.Ordinal);
        Assert.Matches(@"A .*north .* (19|20)\d ", said);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_folder["page.html"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("factorial", "--out", "x", "--test-every", "0")]
    [InlineData("contrasts", "--count", "0")]
    [InlineData("show", "nowhere")]
    public void A_wrong_option_is_a_users_error(params string[] arguments) =>
        Assert.Throws<UserException>(() => CorpusCommand.Create().Parse(arguments)
            .Invoke(new() { EnableDefaultExceptionHandler = false }));
}
