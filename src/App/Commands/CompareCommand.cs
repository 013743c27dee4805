using System.CommandLine;

namespace Kouyin.App.Commands;

/// <summary><c>compare</c>: evaluated runs side by side.</summary>
internal static class CompareCommand
{
    /// <summary>The one that others are held against.</summary>
    public static Option<string?> AgainstOption() => new("--against")
    {
        Description = "The run that all are held against; else the first.",
    };

    public static Command Create()
    {
        Argument<string[]> runs = new("run")
        {
            Description = "Folders of runs that were evaluated, or the files that evaluate wrote. Runs of one name and "
                + "recipe that differ in their seed alone are taken together.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> against = AgainstOption();
        Option<string> output = new("--out") { Description = "The page to write, .html.", Required = true };
        Option<string?> table = new("--table") { Description = "A file for the tables, in Markdown." };
        Command command = new("compare", "Hold evaluated runs against one another, with intervals, as a page.")
        {
            runs, against, output, table,
        };
        command.SetAction(parsed => Contenders.Compare(
            Contenders.Load(parsed.GetRequiredValue(runs)), parsed.GetValue(against), "",
            parsed.GetRequiredValue(output), parsed.GetValue(table), parsed.InvocationConfiguration.Output));
        return command;
    }
}
