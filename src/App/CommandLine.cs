using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Kouyin.App.Commands;

namespace Kouyin.App;

/// <summary>The list of commands, and the one place where errors become messages and exit codes.</summary>
/// <remarks>
/// Commands write to <c>parsed.InvocationConfiguration.Output</c> and <c>.Error</c>, which a test replaces. Ctrl-C
/// cancels the token of an asynchronous action: whatever writes files or runs long is one, and stops at a good place.
/// </remarks>
internal static class CommandLine
{
    /// <summary>What a command returns for something that the user can put right.</summary>
    public const int UserError = 2;

    private const int Bug = 1;
    private const int Interrupted = 130;

    // A step of training and the checkpoint after it.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromMinutes(1);

    /// <summary>Runs a command line.</summary>
    /// <returns>0 for success, 2 for the user's error, 130 for Ctrl-C, 1 for an error of Kouyin itself.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error)
    {
        try
        {
            ParseResult parsed = Commands().Parse(args.Length == 0 ? ["--help"] : args);
            if (parsed.Action is ParseErrorAction)
                throw ParseError(parsed);
            return parsed.Invoke(new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeToStop,
                Output = output,
                Error = error,
            });
        }
        catch (UserException e)
        {
            error.WriteLine($"error: {Printable(e.Message)}");
            return UserError;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("stopped");
            return Interrupted;
        }
        catch (Exception e)
        {
            error.WriteLine("This is an error in Kouyin itself; please report it, with what you did:");
            error.WriteLine(Printable($"{e}"));
            return Bug;
        }
    }

    private static RootCommand Commands() => new("Kouyin: Mandarin speech synthesis, any speaker in any accent.")
    {
        CorpusCommand.Create(),
        PrepareCommand.Create(),
        TextCommand.Create(),
        VectorsCommand.Create(),
        RecipesCommand.Create(),
        TrainCommand.Create(),
        TeachCommand.Create(),
        ExportCommand.Create(),
        SayCommand.Create(),
        VoicesCommand.Create(),
        DrawCommand.Create(),
        EvaluateCommand.Create(),
        CompareCommand.Create(),
        LedgerCommand.Create(),
        JudgeCommand.Create(),
        IntelligibilityCommand.Create(),
        VocodeCommand.Create(),
        VocodersCommand.Create(),
        ImportCommand.Create(),
        BenchCommand.Create(),
        DoctorCommand.Create(),
    };

    private static UserException ParseError(ParseResult parsed)
    {
        List<string> path = [];
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult command; result = result.Parent)
            path.Insert(0, command.Command is RootCommand ? "kouyin" : command.Command.Name);
        return new(
            string.Join(' ', parsed.Errors.Select(error => error.Message)),
            string.Join(' ', path),
            $"{string.Join(' ', path)} --help shows what it takes");
    }

    // A message may quote a file's text, which must not steer the terminal.
    private static string Printable(string message) =>
        string.Concat(message.Select(c => char.IsControl(c) && c != '\n' ? '?' : c));
}
