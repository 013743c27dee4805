using System.Runtime.InteropServices;
using System.Text;
using Kouyin.Speech.Phones;

namespace Kouyin.Tools.FrontEnd;

/// <summary>Packs the published dictionaries into the one file that the product maps.</summary>
internal static class Compiler
{
    /// <summary>Reads the sources and writes the dictionary.</summary>
    public static void Compile(Sources sources, string output)
    {
        LexiconWriter writer = new();
        Dictionary<string, (Pinyin[] Reading, double Weight)> words =
            sources.Words().ToDictionary(word => word.Word, word => (word.Reading, word.Weight));
        Overrides.Apply(words);
        ushort[] chars = AddCharacters(writer, sources, words);
        AddWords(writer, words, chars);
        AddSimplified(writer, sources);
        AddEnglish(writer, sources);
        AddSymbols(writer, sources);
        writer.Save(output);
        Console.WriteLine($"{output}: {words.Count} words, {new FileInfo(output).Length} bytes");
    }

    private static ushort[] AddCharacters(
        LexiconWriter writer, Sources sources, Dictionary<string, (Pinyin[] Reading, double Weight)> words)
    {
        ushort[] chars = new ushort[char.MaxValue + 1];
        SortedDictionary<uint, ushort> astral = [];
        foreach ((int codePoint, Pinyin reading) in sources.Characters())
            if (codePoint <= char.MaxValue)
                chars[codePoint] = reading.Code;
            else
                astral[(uint)codePoint] = reading.Code;
        foreach ((string word, (Pinyin[] reading, _)) in words)
            if (word.Length == 1)
                chars[word[0]] = reading[0].Code;
        writer.Add<ushort>(LexiconSection.CharReadings, chars);
        writer.Add<uint>(LexiconSection.AstralChars, [.. astral.Keys]);
        writer.Add<ushort>(LexiconSection.AstralReadings, [.. astral.Values]);
        return chars;
    }

    private static void AddWords(
        LexiconWriter writer, Dictionary<string, (Pinyin[] Reading, double Weight)> words, ushort[] chars)
    {
        Trie trie = new(words.Keys);
        double total = words.Values.Sum(word => word.Weight);
        uint[] links = trie.Links;
        List<uint> readNodes = [], readStarts = [];
        List<ushort> readings = [];
        foreach ((string word, int node) in trie.Words.OrderBy(pair => pair.Value))
        {
            (Pinyin[] reading, double weight) = words[word];
            double cost = Math.Round(-Math.Log(weight / total) / LexiconFormat.CostStep);
            links[node] |= (uint)Math.Clamp(cost, 1, 255) << LexiconFormat.CostShift;
            if (word.Zip(reading).All(pair => chars[pair.First] == pair.Second.Code))
                continue;
            readNodes.Add((uint)node);
            readStarts.Add((uint)readings.Count);
            readings.AddRange(reading.Select(syllable => syllable.Code));
        }
        writer.Add<ushort>(LexiconSection.NodeChars, trie.Chars);
        writer.Add<uint>(LexiconSection.NodeLinks, links);
        writer.Add(LexiconSection.ReadNodes, CollectionsMarshal.AsSpan(readNodes));
        writer.Add(LexiconSection.ReadStarts, CollectionsMarshal.AsSpan(readStarts));
        writer.Add(LexiconSection.Readings, CollectionsMarshal.AsSpan(readings));
    }

    private static void AddSimplified(LexiconWriter writer, Sources sources)
    {
        ushort[] simplified = new ushort[char.MaxValue + 1];
        foreach ((string from, string to) in sources.Traditional("TSCharacters.txt"))
            if (from.Length == 1 && from != to)
                simplified[from[0]] = to[0];
        foreach ((string from, string to) in sources.Traditional("CJK_Compatibility_Ideographs.txt"))
            if (from.Length == 1)
                simplified[from[0]] = simplified[to[0]] == 0 ? to[0] : simplified[to[0]];
        writer.Add<ushort>(LexiconSection.Simplified, simplified);
        writer.Add(LexiconSection.SimplifiedPhrases, Lines(sources.Traditional("TSPhrases.txt")));
    }

    private static void AddEnglish(LexiconWriter writer, Sources sources)
    {
        Dictionary<string, byte> ids = Arpabet.Symbols.Select((symbol, i) => (symbol, i))
            .ToDictionary(pair => pair.symbol, pair => (byte)pair.i);
        List<uint> starts = [0], phoneStarts = [0];
        List<byte> text = [], phones = [];
        foreach ((string word, string[] sounds) in
            sources.English().Where(entry => !entry.Word.Contains('('))
                .OrderBy(entry => entry.Word, StringComparer.Ordinal))
        {
            text.AddRange(Encoding.ASCII.GetBytes(word));
            phones.AddRange(sounds.Select(sound => ids[sound]));
            starts.Add((uint)text.Count);
            phoneStarts.Add((uint)phones.Count);
        }
        writer.Add(LexiconSection.EnglishStarts, CollectionsMarshal.AsSpan(starts));
        writer.Add(LexiconSection.EnglishText, CollectionsMarshal.AsSpan(text));
        writer.Add(LexiconSection.EnglishPhoneStarts, CollectionsMarshal.AsSpan(phoneStarts));
        writer.Add(LexiconSection.EnglishPhones, CollectionsMarshal.AsSpan(phones));
    }

    private static void AddSymbols(LexiconWriter writer, Sources sources) =>
        writer.Add(LexiconSection.SymbolNames, Lines(sources.Symbols()));

    private static ReadOnlySpan<char> Lines(IEnumerable<(string From, string To)> pairs) =>
        string.Concat(pairs.Select(pair => $"{pair.From}\t{pair.To}\n"));
}
