using System.CommandLine;
using Kouyin.App.Doctor;

namespace Kouyin.App.Commands;

/// <summary><c>doctor</c>: what this machine has, what is missing, and the command that installs it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        Command command = new("doctor", "Look at what this machine has and say what to install.");
        command.SetAction(parsed => Report(
            parsed.InvocationConfiguration.Output,
            [.. MachineChecks.All(), .. EngineChecks.All(), .. LibraryChecks.All()]));
        return command;
    }

    /// <summary>Writes the findings and returns 0, or 2 if one is a problem.</summary>
    public static int Report(TextWriter output, IReadOnlyList<Finding> findings)
    {
        int width = findings.Max(finding => finding.Name.Length);
        foreach (Finding finding in findings)
        {
            string verdict = finding.Verdict switch { Verdict.Ok => "ok", Verdict.Note => "note", _ => "PROBLEM" };
            output.WriteLine($"{verdict,-8} {finding.Name.PadRight(width)}  {finding.Value}");
            if (finding.Fix is not null)
                output.WriteLine($"{"",-8} {"".PadRight(width)}  -> {finding.Fix}");
        }
        int problems = findings.Count(finding => finding.Verdict == Verdict.Problem);
        output.WriteLine(problems == 0 ? "All is well." : $"{problems} to put right.");
        return problems == 0 ? 0 : CommandLine.UserError;
    }
}
