using Kouyin.Speech.Audio;
using Kouyin.Speech.Evaluation;

namespace Kouyin.App.Tests;

public sealed class IntelligibilityCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public IntelligibilityCommandTests()
    {
        RecognizerConfig small = new() { Width = 8, Dilations = [1] };
        using Recognizer untrained = new(small, MelConfig.Natural22k, 1);
        untrained.Save(Judge, "nothing");
        WavFile.Write(_folder["a.wav"], new(new float[8000], 22050));
    }

    private string Judge => _folder["judge.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_list_of_files_is_judged_in_one_row()
    {
        string list = _folder.Write("list.tsv", $"{_folder["a.wav"]}\tni3 hao3\n{_folder["a.wav"]}\tan1\n");

        int code = Run(out string said, "--wav-list", list, "--judge", Judge, "--worst", "1");

        Assert.Equal(0, code);
        Assert.Contains("the files, 2", said, StringComparison.Ordinal);
        Assert.Contains("/ 8", said, StringComparison.Ordinal); // 2 initials, 3 finals, 3 tones
        Assert.Contains("a.wav: n i h ao / 3 3, heard", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("it is not said what to judge")]
    [InlineData("it is not said what to judge", "--data", "x", "--wav-list", "y")]
    [InlineData("cannot read the list", "--wav-list", "/no/such/list")]
    [InlineData("no folder of prepared data", "--data", "/no/such/data")]
    public void What_a_user_can_put_right_is_one_error(string expected, params string[] options)
    {
        int code = Run(out string said, ["--judge", Judge, .. options]);

        Assert.Equal(2, code);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_pinyin_is_named()
    {
        string list = _folder.Write("list.tsv", "a.wav\tni3 hao3\nb.wav\thello\n");

        Assert.Equal(2, Run(out string said, "--wav-list", list, "--judge", Judge));

        Assert.Contains("line 2", said, StringComparison.Ordinal);
        Assert.Contains("hello", said, StringComparison.Ordinal);
    }

    private static int Run(out string said, params string[] options)
    {
        FakeTerminal terminal = new();
        int code = terminal.Run(["intelligibility", .. options]);
        said = terminal.Out + terminal.Error;
        return code;
    }
}
