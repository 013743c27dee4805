using System.CommandLine;
using Kouyin.Speech.Voices;

namespace Kouyin.App.Commands;

/// <summary>How the decoder works where it is not to work as the voice would by itself.</summary>
internal static class DecoderOptions
{
    private static readonly Option<int?> Steps = new("--steps")
    {
        Description = "Steps of the decoder; more is slower; else the voice's own.",
    };

    private static readonly Option<double?> Temperature = new("--temperature")
    {
        Description = "Deviation of the decoder's noise; more gives more variety; else the voice's own.",
    };

    private static readonly Option<double?> HeadStart = new("--head-start")
    {
        Description = "How much of its way the decoder is spared, from 0 to less than 1; more is plainer. Else the "
            + "voice's own.",
    };

    /// <summary>Adds what <see cref="Over"/> reads.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Steps, Temperature, HeadStart])
            command.Options.Add(option);
    }

    /// <summary>What was asked for and, where nothing was, the voice's own.</summary>
    public static SayOptions Over(ParseResult parsed, SayOptions own) => own with
    {
        Steps = parsed.GetValue(Steps) ?? own.Steps,
        Temperature = parsed.GetValue(Temperature) ?? own.Temperature,
        HeadStart = parsed.GetValue(HeadStart) ?? own.HeadStart,
    };
}
