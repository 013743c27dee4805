using Kouyin.Speech.Phones;

namespace Kouyin.Tools.FrontEnd;

/// <summary>Our own corrections and additions to the published words: overrides.txt.</summary>
internal static class Overrides
{
    /// <summary>Lays the corrections over the words.</summary>
    public static void Apply(Dictionary<string, (Pinyin[] Reading, double Weight)> words)
    {
        using StreamReader reader = new(typeof(Overrides).Assembly.GetManifestResourceStream("overrides.txt")!);
        while (reader.ReadLine() is string line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            bool known = words.TryGetValue(fields[0], out (Pinyin[] Reading, double Weight) old);
            double weight = known ? old.Weight : NewWeight;
            words[fields[0]] = ([.. fields[1..].Select(Pinyin.Parse)], weight);
        }
    }

    /// <summary>The weight of a word that the published list lacks: that of a rather common word there.</summary>
    private const double NewWeight = 5e-10;
}
