namespace Kouyin.Speech.Training.Recipes;

/// <summary>Finds recipes, and follows what they extend.</summary>
internal static class RecipeChain
{
    /// <summary>A recipe, and all that it extends from the nearest on.</summary>
    /// <exception cref="UserException">One is not there, or extends itself.</exception>
    public static IReadOnlyList<RecipeFile> Of(RecipeFile file)
    {
        List<RecipeFile> chain = [file];
        while (chain[^1].Extends is { } extends)
        {
            RecipeFile next = Find(extends.Recipe, chain[^1].Path)
                ?? throw RecipeNode.Wrong($"there is no recipe «{extends.Recipe}» to extend", extends.Origin);
            chain.Add(next);
            if (chain.SkipLast(1).Any(each => Path.GetFullPath(each.Path) == Path.GetFullPath(next.Path)))
                throw RecipeNode.Wrong(
                    "a recipe extends itself: " + string.Join(" -> ", chain.Select(each => Id(each.Path))),
                    extends.Origin);
        }
        return chain;
    }

    /// <summary>A recipe by a path from a file's folder, or by its name beside that folder or in recipes/.</summary>
    /// <param name="recipe">Its path or name.</param>
    /// <param name="from">The file that names it.</param>
    /// <returns>Null if there is none.</returns>
    public static RecipeFile? Find(string recipe, string from)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(from))!;
        string[] places = [folder, Path.GetDirectoryName(folder) ?? folder];
        string? found = places.Select(place => Path.Combine(place, recipe)).FirstOrDefault(IsRecipe)
            ?? House.Find(Path.Combine("recipes", recipe));
        return found is null ? null : RecipeFile.Read(Shown(found));
    }

    /// <summary>A path as one would type it here.</summary>
    public static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFullPath(path) : relative;
    }

    /// <summary>A recipe's name: its folder's or, if it is not that folder's recipe.json, its file's.</summary>
    public static string Id(string path) => Path.GetFileName(path) == RecipeFile.Name
        ? Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))!)
        : Path.GetFileNameWithoutExtension(path);

    private static bool IsRecipe(string path) => File.Exists(path) || File.Exists(Path.Combine(path, RecipeFile.Name));
}
