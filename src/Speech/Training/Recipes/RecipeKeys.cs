using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kouyin.Speech.Training.Recipes;

/// <summary>Which keys a recipe may have: those of the records that it is read into.</summary>
internal static class RecipeKeys
{
    /// <summary>Refuses the first key that no record has.</summary>
    /// <param name="node">Of a recipe file.</param>
    /// <param name="type">The record that it is to become.</param>
    /// <param name="json">How keys are written.</param>
    /// <exception cref="UserException">There is one; it says which key is nearest.</exception>
    public static void Demand(RecipeNode node, Type type, JsonSerializerOptions json) => Demand(node, type, json, "");

    /// <summary>The key of those given that is written most like one; null where none is.</summary>
    public static string? Nearest(string key, IEnumerable<string> keys)
    {
        string? nearest = keys.MinBy(other => Distance(key, other));
        return nearest is not null && Distance(key, nearest) <= Math.Max(2, key.Length / 2) ? nearest : null;
    }

    private static void Demand(RecipeNode node, Type type, JsonSerializerOptions json, string prefix)
    {
        JsonTypeInfo info = json.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (node.Members is null || info.Kind != JsonTypeInfoKind.Object)
            return; // whether the value fits is for the reader to say
        Dictionary<string, Type> known = info.Properties.Where(property => property.Set is not null)
            .ToDictionary(property => property.Name, property => property.PropertyType);
        foreach (var (key, value) in node.Members)
        {
            if (!known.TryGetValue(key, out Type? inner))
                throw Unknown(prefix, key, value, known.Keys);
            Demand(value, inner, json, $"{prefix}{key}.");
        }
    }

    private static UserException Unknown(string prefix, string key, RecipeNode value, IEnumerable<string> known) => new(
        $"there is no key {prefix}{key}", $"{value.Origin}",
        Nearest(key, known) is { } near
            ? $"perhaps {prefix}{near} is meant; docs/recipes.md lists all"
            : $"use one of: {string.Join(", ", known.Order(StringComparer.Ordinal))}");

    /// <summary>Levenshtein's distance: letters to add, drop or change.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i);
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                (diagonal, row[j]) = (row[j], Math.Min(changed, 1 + Math.Min(row[j], row[j - 1])));
            }
        }
        return row[^1];
    }
}
