using System.Text.Json;
using Kouyin.Speech.Training;

namespace Kouyin.Speech.Tests.Training;

public sealed class RecipeDocsTests
{
    private static string Root { get; } = FindRoot();

    [Fact]
    public void The_page_on_recipes_names_every_key()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs", "recipes.md"));
        using JsonDocument recipe = JsonDocument.Parse(new Recipe().ToJson());

        string[] keys = [.. Keys(recipe.RootElement, "")];
        foreach (string key in keys)
        {
            string last = key[(key.LastIndexOf('.') + 1)..];
            Assert.True(page.Contains($"`{key}`", StringComparison.Ordinal)
                || page.Contains($"`.{last}`", StringComparison.Ordinal)
                || page.Contains($", `{key}`", StringComparison.Ordinal), $"docs/recipes.md does not name {key}");
        }
    }

    [Fact]
    public void Every_recipe_of_the_clone_can_be_read()
    {
        string[] folders = Directory.GetDirectories(Path.Combine(Root, "recipes"));

        Assert.NotEmpty(folders);
        Assert.All(folders, folder => Assert.True(Recipe.Load(folder).Steps > 0));
        Assert.All(folders, folder => Assert.True(File.Exists(Path.Combine(folder, "README.md")), folder));
    }

    private static IEnumerable<string> Keys(JsonElement element, string prefix)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string key = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (string inner in Keys(property.Value, key + "."))
                    yield return inner;
            }
            else
            {
                yield return key;
            }
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Kouyin.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
