using System.CommandLine;
using Kouyin;
using Kouyin.App.Commands;

RootCommand root = new("Kouyin: Mandarin speech synthesis, any speaker in any accent.")
{
    PrepareCommand.Create(),
    TrainCommand.Create(),
};
try
{
    return root.Parse(args).Invoke(new() { EnableDefaultExceptionHandler = false });
}
catch (UserException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 2;
}
