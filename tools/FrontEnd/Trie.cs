namespace Kouyin.Tools.FrontEnd;

/// <summary>A set of words as nodes in breadth-first order, the children of each side by side and sorted.</summary>
internal sealed class Trie
{
    /// <summary>Builds the trie level by level: the words sorted, each node a range of them.</summary>
    public Trie(IEnumerable<string> words)
    {
        string[] sorted = [.. words.Order(StringComparer.Ordinal)];
        List<ushort> chars = [0];
        List<uint> links = [];
        Queue<(int From, int To, int Depth)> open = new([(0, sorted.Length, 0)]);
        while (open.TryDequeue(out (int From, int To, int Depth) node))
        {
            int at = links.Count;
            links.Add((uint)chars.Count);
            int from = node.From;
            if (from < node.To && sorted[from].Length == node.Depth)
                Words[sorted[from++]] = at;
            while (from < node.To)
            {
                char c = sorted[from][node.Depth];
                int to = from;
                while (to < node.To && sorted[to][node.Depth] == c)
                    to++;
                chars.Add(c);
                open.Enqueue((from, to, node.Depth + 1));
                from = to;
            }
        }
        links.Add((uint)chars.Count);
        (Chars, Links) = ([.. chars], [.. links]);
    }

    /// <summary>The character that leads to each node.</summary>
    public ushort[] Chars { get; }

    /// <summary>The first child of each node, and the count of nodes at the end.</summary>
    public uint[] Links { get; }

    /// <summary>The node where each word ends.</summary>
    public Dictionary<string, int> Words { get; } = [];
}
