namespace Kouyin.Speech.Tests;

/// <summary>CONTRIBUTING.md's rules that a machine can read.</summary>
public sealed class HouseRules
{
    private const int MaxFileLines = 400;
    private const int MaxLineLength = 120;

    private static readonly string Root = Clone();

    private static readonly string[] CodeFolders = ["src", "tests", "tools", "samples", "native"];
    private static readonly string[] CodeEndings = [".cs", ".cpp", ".h", ".c"];

    [Theory]
    [InlineData("src/Torch", "Kouyin.Speech", "Kouyin.App")]
    [InlineData("src/Speech", "Kouyin.App")]
    [InlineData("src/Speech/Text", "Kouyin.Torch", "Kouyin.Speech.Model", "Kouyin.Speech.Training")]
    [InlineData("src/Speech/Phones", "Kouyin.Torch", "Kouyin.Speech.Model", "Kouyin.Speech.Training")]
    [InlineData("src/Speech/Audio", "Kouyin.Torch", "Kouyin.Speech.Model", "Kouyin.Speech.Training")]
    [InlineData("src/Speech/Model", "Kouyin.Speech.Training", "Kouyin.Speech.Evaluation")]
    public void A_folder_uses_only_what_lies_below_it(string folder, params string[] above)
    {
        IEnumerable<string> offences =
            from file in Files(folder)
            from line in File.ReadLines(file)
            where line.StartsWith("using ", StringComparison.Ordinal)
            from name in above
            where line.Contains(name, StringComparison.Ordinal)
            select $"{Shown(file)}: {line}";

        None(offences);
    }

    [Fact]
    public void No_file_is_too_long_to_read_in_one_sitting() =>
        None(
            from file in CodeFolders.SelectMany(Files)
            let lines = File.ReadLines(file).Count()
            where lines > MaxFileLines
            select $"{Shown(file)}: {lines} lines");

    [Fact]
    public void No_line_is_too_long() =>
        None(
            from file in CodeFolders.SelectMany(Files)
            from line in File.ReadLines(file).Select((text, index) => (Text: text, Number: index + 1))
            let length = line.Text.EnumerateRunes().Count()
            where length > MaxLineLength
            select $"{Shown(file)}:{line.Number}: {length} characters");

    [Fact]
    public void Only_the_command_line_catches_everything() =>
        None(
            from file in Files("src")
            where Shown(file) != "src/App/CommandLine.cs"
            from line in File.ReadLines(file)
            where line.Trim() is "catch (Exception)" or "catch (Exception e)" or "catch (Exception ex)"
            select $"{Shown(file)}: {line.Trim()}");

    private static void None(IEnumerable<string> offences)
    {
        string[] all = [.. offences];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static IEnumerable<string> Files(string folder)
    {
        string path = Path.Combine(Root, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Where(file => CodeEndings.Contains(Path.GetExtension(file)))
                .Where(file => !Shown(file).StartsWith("native/build/", StringComparison.Ordinal))
            : [];
    }

    private static string Shown(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string Clone()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Kouyin.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
