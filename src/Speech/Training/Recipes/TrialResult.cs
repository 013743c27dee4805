using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kouyin.Speech.Training.Recipes;

/// <summary>What came of trying a recipe out.</summary>
public sealed record TrialResult
{
    internal const string FileName = "trial.json";

    /// <summary>Its name.</summary>
    public required string Recipe { get; init; }

    /// <summary>The whole recipe and the data, by which a result is known as this one's.</summary>
    public string Key { get; init; } = "";

    /// <summary>Steps done.</summary>
    public long Steps { get; init; }

    /// <summary>Parameters of the model.</summary>
    public long Parameters { get; init; }

    /// <summary>Names of the losses.</summary>
    public IReadOnlyList<string> LossNames { get; init; } = [];

    /// <summary>Their means over the first steps.</summary>
    public IReadOnlyList<double> FirstLosses { get; init; } = [];

    /// <summary>Their means over the last steps.</summary>
    public IReadOnlyList<double> LastLosses { get; init; } = [];

    /// <summary>How fast it went, here and then.</summary>
    public double StepsPerSecond { get; init; }

    /// <summary>Speakers that it can be.</summary>
    public int Speakers { get; init; }

    /// <summary>Accents in which each of them speaks.</summary>
    public int Accents { get; init; }

    /// <summary>Whatever did not go as it should.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Its problems, or that there are none.</summary>
    [JsonIgnore]
    public string Verdict => Problems.Count == 0 ? "ok" : string.Join("; ", Problems);

    /// <summary>Keeps the result in a folder.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this));
    }

    /// <summary>A result that a folder keeps; null if it keeps none of this key.</summary>
    public static TrialResult? Load(string folder, string key)
    {
        string file = Path.Combine(folder, FileName);
        TrialResult? result = File.Exists(file)
            ? JsonSerializer.Deserialize<TrialResult>(File.ReadAllText(file))
            : null;
        return result?.Key == key ? result : null;
    }

    /// <summary>Results as a table in Markdown.</summary>
    public static string Table(IEnumerable<TrialResult> results)
    {
        StringBuilder table = new("""
            | recipe | parameters | steps | losses, first ten steps -> last | speakers x accents | steps/s | verdict |
            | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (TrialResult result in results)
            table.AppendLine(result.Row());
        return table.ToString();
    }

    private string Row()
    {
        string losses = string.Join(", ", LossNames.Zip(FirstLosses.Zip(LastLosses), (name, pair) =>
            string.Create(CultureInfo.InvariantCulture, $"{name} {pair.First:0.000} -> {pair.Second:0.000}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| `{Recipe}` | {Parameters:N0} | {Steps} | {losses} | {Speakers} x {Accents} | {StepsPerSecond:0.0} | ")
            + $"{Verdict} |";
    }
}
