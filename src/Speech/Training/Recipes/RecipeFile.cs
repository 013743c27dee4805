using System.Text.Json;

namespace Kouyin.Speech.Training.Recipes;

/// <summary>One recipe file: what it says of itself, and its differences from the recipe it extends.</summary>
internal sealed record RecipeFile
{
    /// <summary>What <c>recipe.json</c> lies in a recipe's folder as.</summary>
    public const string Name = "recipe.json";

    private const string ExtendsKey = "extends", AboutKey = "about", LogKey = "log", ScalesKey = "scales";

    /// <summary>The file's path as it was found.</summary>
    public required string Path { get; init; }

    /// <summary>The recipe that it differs from, and where that is said; null for the defaults.</summary>
    public (string Recipe, RecipeOrigin Origin)? Extends { get; init; }

    /// <summary>One line on what it is.</summary>
    public string About { get; init; } = "";

    /// <summary>What the lab's log says came of it; empty if it is not of the log.</summary>
    public string Log { get; init; } = "";

    /// <summary>The keys of <see cref="Recipe"/> in which it differs.</summary>
    public required RecipeNode Values { get; init; }

    /// <summary>What it wants otherwise still, by the scale at which it runs.</summary>
    public required IReadOnlyDictionary<string, RecipeNode> Scales { get; init; }

    /// <summary>Reads a recipe: a file, or the folder that holds recipe.json.</summary>
    /// <exception cref="UserException">It is not there, or says what no recipe may.</exception>
    public static RecipeFile Read(string path)
    {
        string file = Directory.Exists(path) ? System.IO.Path.Combine(path, Name) : path;
        if (!File.Exists(file))
            throw new UserException($"there is no recipe «{path}»", file, "give a name of recipes/, or a JSON file");
        return Parse(File.ReadAllText(file), file);
    }

    /// <summary>Reads a recipe's text.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="path">What to call it; recipes that it extends are looked for beside it.</param>
    public static RecipeFile Parse(string json, string path)
    {
        RecipeNode node = RecipeNode.Parse(json, path);
        RecipeNode? extends = node.Members!.GetValueOrDefault(ExtendsKey);
        RecipeNode values = node.Without(ExtendsKey, AboutKey, LogKey, ScalesKey);
        RecipeNode scales = node.Members!.GetValueOrDefault(ScalesKey) ?? RecipeNode.Empty(node.Origin);
        if (scales.Members is null)
            throw RecipeNode.Wrong("scales holds objects by the names of scales", scales.Origin);
        RecipeKeys.Demand(values, typeof(Recipe), Recipe.Json);
        foreach (RecipeNode scale in scales.Members.Values)
            RecipeKeys.Demand(scale, typeof(Recipe), Recipe.Json);
        return new()
        {
            Path = path,
            Extends = extends is null ? null : (Word(extends, ExtendsKey), extends.Origin),
            About = Word(node.Members!.GetValueOrDefault(AboutKey), AboutKey),
            Log = Word(node.Members!.GetValueOrDefault(LogKey), LogKey),
            Values = values,
            Scales = scales.Members,
        };
    }

    private static string Word(RecipeNode? node, string key)
    {
        if (node is null)
            return "";
        return node.Text.StartsWith('"')
            ? JsonSerializer.Deserialize<string>(node.Text)!
            : throw RecipeNode.Wrong($"{key} is a text in quotes", node.Origin);
    }
}
