using System.Globalization;
using Kouyin.Speech.Data;
using Kouyin.Speech.Training;

namespace Kouyin.Speech.Telling;

/// <summary>How a run was started: what its log and page say of it beside the recipe.</summary>
/// <param name="Name">The recipe's name.</param>
/// <param name="Folder">The run's folder.</param>
/// <param name="Command">The command that started it, without --resume; its page tells how to go on.</param>
public sealed record RunDescription(string Name, string Folder, string Command)
{
    /// <summary>Everything that the page says of the run and its data, in order.</summary>
    internal IReadOnlyDictionary<string, string> Facts(Trainer trainer, Recipe recipe, PreparedCorpus corpus)
    {
        PreparedInfo info = corpus.Info;
        int train = corpus.Utterances.Count(u => u.Split == Split.Train);
        return new Dictionary<string, string>
        {
            ["recipe"] = Name,
            ["makes"] = recipe.Vocoder is null ? "voice" : "vocoder",
            ["steps"] = F($"{recipe.Steps:N0}"),
            ["parameters"] = F($"{trainer.ParameterCount:N0}"),
            ["folder"] = Folder,
            ["command"] = Command,
            ["data"] = corpus.Folder,
            ["corpora"] = string.Join(", ", info.Corpora),
            ["utterances to learn"] = F($"{train:N0}"),
            ["utterances held out"] = F($"{corpus.Utterances.Count - train:N0}"),
            ["hours"] = F($"{info.Seconds / 3600:0.00}"),
            ["speakers"] = F($"{corpus.TrainingSpeakers.Count}"),
            ["accents"] = string.Join(", ", info.Accents),
            ["phones"] = info.PhoneSet,
            ["mel"] = F($"{info.Mel.Bands} bands up to {info.Mel.HighHz:0} Hz at {info.Mel.SampleRate} Hz"),
            ["frames a second"] = F($"{info.Mel.FrameRate:0.####}"),
            ["seed"] = F($"{recipe.Seed}"),
        };
    }

    private static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
