using System.Globalization;
using System.Numerics;

namespace Kouyin.Torch;

/// <summary>Finds the tensors in what a pickle holds: dictionaries in dictionaries, at times lists.</summary>
internal sealed class PickledTensors
{
    private const int MaxDepth = 16;
    private const int MaxNodes = 1_000_000;
    private const int MaxNameLength = 1024;

    private readonly string _path;
    private readonly List<TorchFileTensor> _found = [];
    private readonly HashSet<(string Part, string Name)> _names = [];
    private int _nodes;

    private PickledTensors(string path) => _path = path;

    public static IReadOnlyList<TorchFileTensor> Find(object? root, string path)
    {
        PickledTensors search = new(path);
        search.Visit(root, "", "", 0);
        return search._found;
    }

    private void Visit(object? value, string part, string name, int depth)
    {
        // A value may be reached on many ways, even through itself: what is bounded is the walk.
        if (++_nodes > MaxNodes || depth > MaxDepth || part.Length + name.Length > MaxNameLength)
            throw TorchFile.Refused(_path, "its dictionaries are nested deeper or wider than any model's");
        switch (value)
        {
            case PickledView view:
                Add(view, part, name);
                break;
            case PickleDict dict:
                foreach ((object? key, object? item) in dict.Items)
                    Visit(item, Join(part, name), KeyText(key), depth + 1);
                break;
            case PickleList list:
                VisitAll(list.Items, Join(part, name), depth);
                break;
            case object?[] tuple:
                VisitAll(tuple, Join(part, name), depth);
                break;
        }
    }

    private void VisitAll(IReadOnlyList<object?> items, string part, int depth)
    {
        for (int i = 0; i < items.Count; i++)
            Visit(items[i], part, i.ToString(CultureInfo.InvariantCulture), depth + 1);
    }

    private void Add(PickledView view, string part, string name)
    {
        if (!_names.Add((part, name)))
            throw TorchFile.Broken(_path, $"it has two tensors «{TorchFile.Printable(Join(part, name))}»");
        _found.Add(new(part, name, view));
    }

    private static string Join(string part, string name) => part.Length == 0 ? name : $"{part}.{name}";

    private string KeyText(object? key) => key switch
    {
        string text => text,
        long or bool or double or BigInteger => Convert.ToString(key, CultureInfo.InvariantCulture)!,
        _ => throw TorchFile.Refused(_path, "a key of a dictionary is neither text nor a number"),
    };
}
