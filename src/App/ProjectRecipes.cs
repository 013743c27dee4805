using Kouyin.Speech;
using Kouyin.Speech.Training.Recipes;

namespace Kouyin.App;

/// <summary>Recipes by name: folders of the clone's recipes/.</summary>
internal static class ProjectRecipes
{
    private const string Folder = "recipes";

    /// <summary>A recipe by name, folder or file.</summary>
    /// <param name="name">The name of a folder of recipes/, or a path.</param>
    /// <param name="scale">The recipe whose values go over it; null for none.</param>
    /// <param name="settings"><c>KEY=VALUE</c>, over everything else.</param>
    public static ResolvedRecipe Find(string name, string? scale = null, IReadOnlyList<string>? settings = null)
    {
        string? known = Path.Exists(name) ? name : House.Find(Path.Combine(Folder, name));
        if (known is null)
        {
            throw new UserException(
                $"there is no recipe «{name}»", "recipe", "kouyin recipes lists them; or give a folder or a JSON file");
        }
        return ResolvedRecipe.Load(known, scale, settings);
    }

    /// <summary>Names of all, in order.</summary>
    public static IReadOnlyList<string> Names() => House.Find(Folder) is { } folder
        ? [.. Directory.GetDirectories(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!]
        : [];

    /// <summary>Names of those that make a voice, each once.</summary>
    public static IReadOnlyList<string> Voices() =>
        [.. Names().Where(name => Find(name) is { IsAlias: false, Recipe.Vocoder: null })];
}
