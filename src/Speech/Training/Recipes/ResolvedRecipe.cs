using System.Text.Json;
using Kouyin.Speech.Voices;

namespace Kouyin.Speech.Training.Recipes;

/// <summary>A recipe with all that it extends, at a scale, and where each of its values comes from.</summary>
public sealed class ResolvedRecipe
{
    private readonly RecipeNode _values;
    private readonly string? _scale;

    private ResolvedRecipe(IReadOnlyList<RecipeFile> files, string? scale, Recipe recipe, RecipeNode values)
    {
        RecipeFile file = files[0];
        (Id, About, Log, Recipe, _values) = (RecipeChain.Id(file.Path), file.About, file.Log, recipe, values);
        _scale = scale;
        Chain = [.. files.Skip(1).Select(each => RecipeChain.Id(each.Path))];
        IsAlias = file is { Extends: not null, Values.Members.Count: 0, Scales.Count: 0 };
    }

    /// <summary>Its name: the folder's, or the file's.</summary>
    public string Id { get; }

    /// <summary>What a folder for its run is called: the name and the scale.</summary>
    public string RunName => RunOf(Id);

    /// <summary>One line on what it is.</summary>
    public string About { get; }

    /// <summary>What the lab's log says came of it; empty if it is not of the log.</summary>
    public string Log { get; }

    /// <summary>The names of the recipes that it extends, from the nearest.</summary>
    public IReadOnlyList<string> Chain { get; }

    /// <summary>Whether it is another name of the recipe that it extends.</summary>
    public bool IsAlias { get; }

    /// <summary>The recipe itself.</summary>
    public Recipe Recipe { get; }

    /// <summary>The weights that a fresh run starts from, of a voice or of a run beside it; null for none.</summary>
    /// <param name="folder">The run's own folder.</param>
    /// <exception cref="UserException">There is no such voice or run.</exception>
    public string? StartFor(string folder)
    {
        if (Recipe.Start is not { From: var from })
            return null;
        string beside = Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(folder))!, RunOf(from), VoiceFile.Name);
        if (File.Exists(beside))
            return beside;
        return Path.Exists(from)
            ? VoiceFile.In(from)
            : throw new UserException(
                $"the recipe starts from {from}, which has no voice yet", beside,
                $"run kouyin train {from}{(_scale is null ? "" : $" --scale {_scale}")} on the same data before, or "
                    + "give --from");
    }

    /// <summary>Every value by its key, and where it comes from: null for a default.</summary>
    public IEnumerable<(string Key, string Value, RecipeOrigin? Origin)> Values()
    {
        using JsonDocument recipe = JsonDocument.Parse(Recipe.ToJson());
        foreach (var (key, value) in Leaves(recipe.RootElement, ""))
            yield return (key, value, OriginOf(key));
    }

    /// <summary>The keys in which two recipes differ, with both values; null where one has no such key.</summary>
    public static IEnumerable<(string Key, string? First, string? Second)> Differences(Recipe first, Recipe second)
    {
        using JsonDocument one = JsonDocument.Parse(first.ToJson()), other = JsonDocument.Parse(second.ToJson());
        Dictionary<string, string> a = Leaves(one.RootElement, "").ToDictionary();
        Dictionary<string, string> b = Leaves(other.RootElement, "").ToDictionary();
        foreach (string key in a.Keys.Union(b.Keys))
        {
            if (a.GetValueOrDefault(key) != b.GetValueOrDefault(key))
                yield return (key, a.GetValueOrDefault(key), b.GetValueOrDefault(key));
        }
    }

    /// <summary>Resolves a recipe.</summary>
    /// <param name="path">A recipe file, or the folder that holds recipe.json.</param>
    /// <param name="scale">The recipe whose own values go over it; null leaves it as it is.</param>
    /// <param name="settings"><c>KEY=VALUE</c>, over everything else.</param>
    /// <exception cref="UserException">A file is not there, names an unknown key, extends itself, or the values break
    /// a rule.</exception>
    public static ResolvedRecipe Load(string path, string? scale = null, IReadOnlyList<string>? settings = null) =>
        Resolve(RecipeFile.Read(RecipeChain.Shown(path)), scale, settings ?? []);

    internal static ResolvedRecipe Resolve(RecipeFile file, string? scale, IReadOnlyList<string> settings)
    {
        IReadOnlyList<RecipeFile> files = RecipeChain.Of(file);
        RecipeNode values = RecipeNode.Empty(file.Values.Origin);
        foreach (RecipeFile each in files.Reverse())
            values = each.Values.Over(values);
        if (scale is not null)
            values = AtScale(values, files, scale);
        foreach (string setting in settings)
            values = Setting(setting).Over(values);
        return new(files, scale, Recipe.From(values, file.Path), values);
    }

    /// <summary>
    /// A scale is a recipe too: its values go over, then what the recipes want otherwise at it, or at a scale that it
    /// extends.
    /// </summary>
    private static RecipeNode AtScale(RecipeNode values, IReadOnlyList<RecipeFile> files, string scale)
    {
        RecipeFile overlay = RecipeChain.Find(scale, files[0].Path)
            ?? throw new UserException(
                $"there is no scale «{scale}»", "--scale", "give a name of recipes/, such as tiny");
        RecipeFile[] overlays = [.. RecipeChain.Of(overlay).Reverse()];
        foreach (RecipeFile each in overlays)
            values = each.Values.Over(values);
        foreach (string at in overlays.Select(each => RecipeChain.Id(each.Path)))
        {
            foreach (RecipeFile each in files.Reverse())
                values = each.Scales.TryGetValue(at, out RecipeNode? own) ? own.Over(values) : values;
        }
        return values;
    }

    private static RecipeNode Setting(string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
            throw new UserException($"«{setting}» sets no key", "--set", "write --set KEY=VALUE, such as steps=300");
        RecipeNode node = RecipeNode.At(setting[..equals], setting[(equals + 1)..], "--set");
        RecipeKeys.Demand(node, typeof(Recipe), Recipe.Json);
        return node;
    }

    private string RunOf(string recipe) => _scale is null ? recipe : $"{recipe}-{_scale}";

    private RecipeOrigin? OriginOf(string key)
    {
        RecipeNode node = _values;
        foreach (string part in key.Split('.'))
        {
            if (node.Members is null)
                return node.Origin; // null in place of an object
            if (node.Members.GetValueOrDefault(part) is not { } inner)
                return null;
            node = inner;
        }
        return node.Origin;
    }

    private static IEnumerable<KeyValuePair<string, string>> Leaves(JsonElement element, string prefix)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string key = prefix + property.Name;
            if (property.Value.ValueKind != JsonValueKind.Object)
                yield return new(key, JsonSerializer.Serialize(property.Value, Recipe.Line));
            else
            {
                foreach (var inner in Leaves(property.Value, key + "."))
                    yield return inner;
            }
        }
    }
}
