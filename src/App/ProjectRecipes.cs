using Kouyin.Speech;
using Kouyin.Speech.Training;

namespace Kouyin.App;

/// <summary>Recipes by name: folders of the clone's recipes/.</summary>
internal static class ProjectRecipes
{
    /// <summary>A recipe by name, folder or file.</summary>
    public static Recipe Find(string name)
    {
        if (!Path.Exists(name) && House.Find(Path.Combine("recipes", name)) is { } recipe)
            return Recipe.Load(recipe);
        return Recipe.Load(name);
    }
}
