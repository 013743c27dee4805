namespace Kouyin.App.Tests;

/// <summary>Runs command lines in this process and keeps what they say.</summary>
internal sealed class FakeTerminal
{
    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>Runs one and returns its exit code.</summary>
    public int Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(args, output, error);
        (Out, Error) = (output.ToString(), error.ToString());
        return code;
    }
}
