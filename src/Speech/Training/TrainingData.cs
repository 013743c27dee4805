using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;

namespace Kouyin.Speech.Training;

/// <summary>Prepared data as a recipe wants it.</summary>
public static class TrainingData
{
    /// <summary>
    /// Opens what a recipe learns from: the utterances it selects and, where it replays others, those that it does not.
    /// </summary>
    /// <param name="folder">Prepared data.</param>
    /// <param name="recipe">What selects, and what it demands of the data.</param>
    /// <returns>As if nothing else had been prepared: its speakers and accents are the selected ones.</returns>
    /// <exception cref="UserException">The data was prepared in another way, or nothing of it is selected.</exception>
    public static PreparedCorpus Open(string folder, Recipe recipe)
    {
        PreparedInfo info = PreparedInfo.Load(folder);
        Demand(info, recipe.Data, folder);
        return PreparedCorpus.Open(folder, all =>
        {
            List<PreparedUtterance> chosen = Choose(all, recipe);
            bool any = chosen.Exists(u => u.Split == Split.Train && recipe.Data.Selects(u));
            return any ? chosen : throw Nothing(info, folder);
        });
    }

    /// <summary>The first of some prepared data that a recipe can learn from.</summary>
    /// <param name="folders">Prepared data.</param>
    /// <param name="recipe">What it demands of the data.</param>
    /// <exception cref="UserException">None is as the recipe wants it.</exception>
    public static string First(IReadOnlyList<string> folders, Recipe recipe)
    {
        List<string> reasons = [];
        foreach (string folder in folders)
        {
            try
            {
                Demand(PreparedInfo.Load(folder), recipe.Data, folder);
                return folder;
            }
            catch (UserException e)
            {
                reasons.Add($"{folder}: {e.What}");
            }
        }
        throw new UserException(
            $"no data is as the recipe wants it: {string.Join("; ", reasons)}", "--data", "prepare some for it");
    }

    /// <summary>Accents and speakers that a recipe names and the data does not have.</summary>
    public static IReadOnlyList<string> Missing(string folder, Recipe recipe) =>
        [.. recipe.Data.Missing(PreparedInfo.Load(folder))];

    internal static List<PreparedUtterance> Choose(IReadOnlyList<PreparedUtterance> all, Recipe recipe)
    {
        DataRecipe data = recipe.Data;
        HashSet<PreparedUtterance> surplus = data.BalanceAccents ? Surplus(all.Where(data.Selects), recipe.Seed) : [];
        bool replays = recipe.Start?.Replay > 0;
        return
        [
            .. all.Where(u => data.Selects(u) ? !surplus.Contains(u) : replays && !data.Excludes(u)),
        ];
    }

    /// <summary>What each accent has more than the smallest.</summary>
    private static HashSet<PreparedUtterance> Surplus(IEnumerable<PreparedUtterance> selected, int seed)
    {
        PreparedUtterance[][] accents =
        [
            .. selected.Where(u => u.Split == Split.Train).GroupBy(u => u.Accent)
                .OrderBy(accent => accent.Key, StringComparer.Ordinal).Select(accent => accent.ToArray()),
        ];
        HashSet<PreparedUtterance> surplus = new(ReferenceEqualityComparer.Instance);
        Random random = new(seed);
        foreach (PreparedUtterance[] accent in accents)
        {
            random.Shuffle(accent);
            surplus.UnionWith(accent[accents.Min(each => each.Length)..]);
        }
        return surplus;
    }

    private static void Demand(PreparedInfo info, DataRecipe data, string folder)
    {
        if (data.Mel is not null && MelConfig.Profiles[data.Mel].Hash != info.MelHash)
        {
            string differences = MelConfig.Profiles[data.Mel].Differences(info.Mel);
            throw Other($"mels of {data.Mel} ({differences})", "--mel", data.Mel);
        }
        if (data.Phones is not null && data.Phones != info.PhoneSet)
            throw Other($"phones of {data.Phones}, and the data has {info.PhoneSet}", "--phones", data.Phones);
        if (data.Silence is { } silence && silence != info.Rules.Pauses)
        {
            string rule = silence.ToString().ToLowerInvariant();
            throw Other($"pauses by the rule {rule}, not {info.Rules.Pauses}", "--silence", rule);
        }

        UserException Other(string what, string option, string value) => new(
            $"the recipe wants {what}", folder, $"run kouyin prepare with {option} {value}, or take another recipe");
    }

    private static UserException Nothing(PreparedInfo info, string folder) => new(
        "the recipe's data section selects no training utterance", folder,
        $"the data has the accents {string.Join(", ", info.Accents)} and {info.Speakers.Count} speakers; change "
            + "data.accents and its like");
}
