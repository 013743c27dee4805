using System.Text;
using System.Text.Json;

namespace Kouyin.Speech.Training.Recipes;

/// <summary>A value of a recipe file, which knows where it stands: an object of such values, or anything else as its
/// JSON text.</summary>
internal sealed class RecipeNode
{
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip };

    private readonly SortedDictionary<string, RecipeNode>? _members;

    private RecipeNode(RecipeOrigin origin, SortedDictionary<string, RecipeNode>? members, string text) =>
        (Origin, _members, Text) = (origin, members, text);

    /// <summary>Where it stands.</summary>
    public RecipeOrigin Origin { get; }

    /// <summary>Its JSON, if it is no object.</summary>
    public string Text { get; }

    /// <summary>Its values by key, if it is an object.</summary>
    public IReadOnlyDictionary<string, RecipeNode>? Members => _members;

    /// <summary>Whether it is JSON's null.</summary>
    public bool IsNull => _members is null && Text == "null";

    /// <summary>An object without values.</summary>
    public static RecipeNode Empty(RecipeOrigin origin) => new(origin, new(StringComparer.Ordinal), "");

    /// <summary>Reads a file's text.</summary>
    /// <param name="json">An object; comments are allowed.</param>
    /// <param name="file">What to call it.</param>
    /// <exception cref="UserException">It is no JSON, no object, or says a key twice.</exception>
    public static RecipeNode Parse(string json, string file)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        Utf8JsonReader reader = new(bytes, Lenient);
        try
        {
            reader.Read();
            RecipeNode node = Read(ref reader, bytes, file);
            reader.Read(); // nothing may follow
            return node._members is not null ? node : throw Wrong("a recipe is an object in braces", node.Origin);
        }
        catch (JsonException e)
        {
            RecipeOrigin origin = new(file, (int)(e.LineNumber ?? 0) + 1);
            throw Wrong($"the recipe cannot be read: {e.Message.Split(" LineNumber:")[0]}", origin);
        }
    }

    /// <summary>A value at the end of a path.</summary>
    /// <param name="key">Such as <c>model.encoder.width</c>.</param>
    /// <param name="value">JSON, or else a word.</param>
    /// <param name="file">What to call the place.</param>
    public static RecipeNode At(string key, string value, string file)
    {
        RecipeOrigin origin = new(file, 1);
        RecipeNode node = new(origin, null, IsJson(value) ? value : JsonSerializer.Serialize(value));
        if (value.TrimStart().StartsWith('{'))
            node = Parse(value, file);
        foreach (string part in key.Split('.').Reverse())
            node = new(origin, new(StringComparer.Ordinal) { [part] = node }, "");
        return node;
    }

    /// <summary>Lays this over another: objects key by key, anything else in its place.</summary>
    public RecipeNode Over(RecipeNode lower)
    {
        if (_members is null || lower._members is null)
            return this;
        SortedDictionary<string, RecipeNode> merged = new(lower._members, StringComparer.Ordinal);
        foreach (var (key, value) in _members)
            merged[key] = merged.TryGetValue(key, out RecipeNode? below) ? value.Over(below) : value;
        return new(Origin, merged, "");
    }

    /// <summary>The object without some keys.</summary>
    public RecipeNode Without(params ReadOnlySpan<string> keys)
    {
        SortedDictionary<string, RecipeNode> rest = new(_members!, StringComparer.Ordinal);
        foreach (string key in keys)
            rest.Remove(key);
        return new(Origin, rest, "");
    }

    /// <summary>What stands at a path, or the nearest above it that is there.</summary>
    /// <param name="keys">From the outermost.</param>
    public RecipeNode Nearest(IEnumerable<string> keys)
    {
        RecipeNode node = this;
        foreach (string key in keys)
        {
            if (node._members?.GetValueOrDefault(key) is not { } inner)
                break;
            node = inner;
        }
        return node;
    }

    /// <summary>As JSON.</summary>
    public string ToJson() => _members is null
        ? Text
        : $"{{{string.Join(',', _members.Select(m => JsonSerializer.Serialize(m.Key) + ":" + m.Value.ToJson()))}}}";

    /// <summary>An error at a place in a recipe.</summary>
    internal static UserException Wrong(string what, RecipeOrigin origin) =>
        new(what, $"{origin}", "correct the key or the value; docs/recipes.md lists all");

    private static RecipeNode Read(ref Utf8JsonReader reader, byte[] bytes, string file)
    {
        int start = (int)reader.TokenStartIndex;
        RecipeOrigin origin = new(file, 1 + bytes.AsSpan(0, start).Count((byte)'\n'));
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return new(origin, null, Encoding.UTF8.GetString(bytes[start..(int)reader.BytesConsumed]));
        }
        SortedDictionary<string, RecipeNode> members = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            RecipeNode value = Read(ref reader, bytes, file);
            if (!members.TryAdd(key, value))
                throw Wrong($"the recipe says {key} twice", value.Origin);
        }
        return new(origin, members, "");
    }

    private static bool IsJson(string value)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(value);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Where a value of a recipe stands.</summary>
/// <param name="File">The file, or the option.</param>
/// <param name="Line">From 1.</param>
public sealed record RecipeOrigin(string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}, line {Line}";
}
