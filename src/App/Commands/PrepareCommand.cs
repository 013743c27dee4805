using System.CommandLine;
using System.Globalization;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;

namespace Kouyin.App.Commands;

/// <summary><c>prepare</c>: corpora to a folder that training reads.</summary>
internal static class PrepareCommand
{
    private static readonly PreparationRules Defaults = new();

    private static readonly Argument<string[]> Corpora = new("corpus")
    {
        Description = "Folders and lists: AISHELL-3's layout, MagicHub's conversations, LJSpeech, LibriTTS, or "
            + "path|text|speaker|accent. The layout is seen; or write it before: "
            + string.Join(", ", CorpusReader.Names.Select(name => name + ":PATH")) + ".",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Out = new("--out") { Description = "The folder to make.", Required = true };

    private static readonly Option<string> Labels = new("--labels")
    {
        Description = "The label file in each part of a corpus in AISHELL-3's layout.",
        DefaultValueFactory = _ => Aishell3Corpus.DefaultLabels,
    };

    private static readonly Option<string> Mel = new("--mel")
    {
        Description = $"Mel settings: {string.Join(" or ", MelConfig.Profiles.Keys)}.",
        DefaultValueFactory = _ => "natural22k",
    };

    private static readonly Option<string> Phones = new("--phones")
    {
        Description = $"Phone set: {string.Join(" or ", PhoneSet.All.Select(set => set.Name))}.",
        DefaultValueFactory = _ => PhoneSet.InitialsFinals.Name,
    };

    private static readonly Option<PauseRule> Silence = new("--silence")
    {
        Description = "Which written pauses become phones: keep all, vad those at which the sound pauses, drop all.",
        DefaultValueFactory = _ => Defaults.Pauses,
    };

    private static readonly Option<string[]> Accents = new("--accent")
    {
        Description = "OTHER=NAME writes another accent, OTHER=drop leaves it out; may be given more than once.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string[]> Excluded = new("--exclude-speaker")
    {
        Description = "Leave this speaker out; may be given more than once.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string[]> Unseen = new("--unseen-speaker")
    {
        Description = "Hold this speaker out, for judging; may be given more than once.",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<double> UnseenPercent = Number(
        "--unseen-percent", "Hold out so many of the speakers of each accent.", Defaults.UnseenPercent);

    private static readonly Option<double> TestPercent = Number(
        "--test-percent", "Hold out so much of what is said, where a corpus has no test part.", Defaults.TestPercent);

    private static readonly Option<int> Few = new("--few")
    {
        Description = "Report speakers with fewer training utterances.",
        DefaultValueFactory = _ => Defaults.FewUtterances,
    };

    private static readonly Option<bool> DropFew = new("--drop-few") { Description = "Leave those speakers out." };

    private static readonly Option<double> Least = Number(
        "--min-seconds", "Refuse what is shorter.", Defaults.LeastSeconds);

    private static readonly Option<double> Most = Number(
        "--max-seconds", "Refuse what is longer.", Defaults.MostSeconds);

    private static readonly Option<bool> KeepAudio = new("--keep-audio")
    {
        Description = "Keep the samples too, 16 bits each.",
    };

    private static readonly Option<bool> KeepEdges = new("--keep-edges")
    {
        Description = "Do not cut recordings to the speech.",
    };

    private static readonly Option<bool> KeepLevel = new("--keep-level")
    {
        Description = "Do not bring speech to the same level.",
    };

    private static readonly Option<int> Jobs = new("--jobs")
    {
        Description = "Utterances to work on at once.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private static readonly Option<bool> Overwrite = new("--overwrite")
    {
        Description = "Replace prepared data that is there already.",
    };

    public static Command Create()
    {
        Command command = new(
            "prepare", "Turn corpora into features for training, once; a stopped run goes on when it is given again.")
        {
            Corpora, Out, Labels, Mel, Phones, Silence, Accents, Excluded, Unseen, UnseenPercent, TestPercent, Few,
            DropFew, Least, Most, KeepAudio, KeepEdges, KeepLevel, Jobs, Overwrite,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                string folder = parsed.GetRequiredValue(Out);
                PreparationOptions options = Options(parsed);
                PreparedInfo info = WorkProgress.Run(
                    "prepare", progress => Preparation.Run(options, folder, progress, cancel));
                PreparationReport.Write(info, folder, parsed.InvocationConfiguration.Output);
            },
            cancel));
        return command;
    }

    private static PreparationOptions Options(ParseResult parsed) => new()
    {
        Corpora = parsed.GetRequiredValue(Corpora),
        Mel = Profile(parsed.GetRequiredValue(Mel)),
        Phones = PhoneSet.Named(parsed.GetRequiredValue(Phones)),
        Rules = new()
        {
            Labels = parsed.GetRequiredValue(Labels),
            MarginSeconds = parsed.GetValue(KeepEdges) ? null : Defaults.MarginSeconds,
            LevelDb = parsed.GetValue(KeepLevel) ? null : Defaults.LevelDb,
            Pauses = parsed.GetValue(Silence),
            KeepAudio = parsed.GetValue(KeepAudio),
            LeastSeconds = Positive(parsed.GetValue(Least), Least.Name, allowZero: true),
            MostSeconds = Positive(parsed.GetValue(Most), Most.Name),
            Accents = AccentMap(parsed.GetRequiredValue(Accents)),
            ExcludedSpeakers = parsed.GetRequiredValue(Excluded),
            UnseenSpeakers = parsed.GetRequiredValue(Unseen),
            UnseenPercent = Percent(parsed.GetValue(UnseenPercent), UnseenPercent.Name),
            TestPercent = Percent(parsed.GetValue(TestPercent), TestPercent.Name),
            FewUtterances = parsed.GetValue(Few),
            DropFew = parsed.GetValue(DropFew),
        },
        Workers = (int)Positive(parsed.GetValue(Jobs), Jobs.Name),
        Overwrite = parsed.GetValue(Overwrite),
    };

    private static Option<double> Number(string name, string description, double otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    internal static MelConfig Profile(string name) =>
        MelConfig.Profiles.GetValueOrDefault(name)
        ?? throw new UserException(
            $"there are no mel settings «{name}»", "--mel",
            $"choose one of: {string.Join(", ", MelConfig.Profiles.Keys)}");

    private static Dictionary<string, string> AccentMap(string[] pairs)
    {
        Dictionary<string, string> map = [];
        foreach (string pair in pairs)
        {
            string[] names = pair.Split('=', StringSplitOptions.TrimEntries);
            if (names.Length != 2 || names.Any(name => name.Length == 0) || !map.TryAdd(names[0], names[1]))
                throw new UserException(
                    $"«{pair}» does not say what an accent becomes, or says it twice", "--accent",
                    "write others=south, or others=drop");
        }
        return map;
    }

    private static double Positive(double value, string option, bool allowZero = false) =>
        value > 0 || (allowZero && value == 0)
            ? value
            : throw new UserException(
                $"{option} should be more than 0, but is {value.ToString(CultureInfo.InvariantCulture)}", option,
                $"leave {option} out");

    private static double Percent(double value, string option) => value is >= 0 and < 100
        ? value
        : throw new UserException(
            $"{option} should be 0 or more, and less than 100, but is {value.ToString(CultureInfo.InvariantCulture)}",
            option, $"leave {option} out");
}
