using Kouyin.Speech.Training;

namespace Kouyin.App;

/// <summary>Recipes by name: folders of the clone's recipes/.</summary>
internal static class ProjectRecipes
{
    /// <summary>A recipe by name, folder or file.</summary>
    public static Recipe Find(string name)
    {
        if (Path.Exists(name))
            return Recipe.Load(name);
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string recipe = Path.Combine(folder.FullName, "recipes", name);
            if (Directory.Exists(recipe))
                return Recipe.Load(recipe);
        }
        return Recipe.Load(name);
    }
}
