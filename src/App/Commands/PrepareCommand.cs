using System.CommandLine;
using Kouyin.Speech.Audio;
using Kouyin.Speech.Data;
using Kouyin.Speech.Phones;

namespace Kouyin.App.Commands;

/// <summary><c>prepare</c>: corpora to a folder that training reads.</summary>
internal static class PrepareCommand
{
    public static Command Create()
    {
        Argument<string[]> corpora = new("corpus")
        {
            Description = "Folders in AISHELL-3's layout: {train,test}/content.txt and wav/, spk-info.txt.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> output = new("--out") { Description = "The folder to make.", Required = true };
        Option<string> labels = new("--labels")
        {
            Description = "The label file in each part of each corpus.",
            DefaultValueFactory = _ => Aishell3Corpus.DefaultLabels,
        };
        Option<string> mel = new("--mel")
        {
            Description = $"Mel settings: {string.Join(" or ", MelConfig.Profiles.Keys)}.",
            DefaultValueFactory = _ => "natural22k",
        };
        Option<string> phones = new("--phones")
        {
            Description = $"Phone set: {string.Join(" or ", PhoneSet.All.Select(set => set.Name))}.",
            DefaultValueFactory = _ => PhoneSet.InitialsFinals.Name,
        };
        Option<string[]> excluded = new("--exclude-speaker")
        {
            Description = "Leave this speaker out; may be given more than once.",
            DefaultValueFactory = _ => [],
        };
        Option<int> jobs = new("--jobs")
        {
            Description = "Utterances to work on at once.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        Option<bool> keepAudio = new("--keep-audio") { Description = "Keep the samples too, 16 bits each." };
        Option<bool> keepEdges = new("--keep-edges") { Description = "Do not cut recordings to the speech." };
        Option<bool> keepLevel = new("--keep-level") { Description = "Do not bring speech to the same level." };
        Option<bool> overwrite = new("--overwrite") { Description = "Replace prepared data that is there already." };

        Command command = new("prepare", "Turn corpora into features for training, once.")
        {
            corpora, output, labels, mel, phones, excluded, keepAudio, keepEdges, keepLevel, jobs, overwrite,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => Prepare(
                new()
                {
                    Corpora = parsed.GetRequiredValue(corpora),
                    Mel = Profile(parsed.GetRequiredValue(mel)),
                    Phones = PhoneSet.Named(parsed.GetRequiredValue(phones)),
                    Rules = new()
                    {
                        Labels = parsed.GetRequiredValue(labels),
                        MarginSeconds = parsed.GetValue(keepEdges) ? null : new PreparationRules().MarginSeconds,
                        LevelDb = parsed.GetValue(keepLevel) ? null : new PreparationRules().LevelDb,
                        KeepAudio = parsed.GetValue(keepAudio),
                        ExcludedSpeakers = parsed.GetRequiredValue(excluded),
                    },
                    Workers = Positive(parsed.GetValue(jobs), "--jobs"),
                    Overwrite = parsed.GetValue(overwrite),
                },
                parsed.GetRequiredValue(output), parsed.InvocationConfiguration.Output, cancel), cancel));
        return command;
    }

    private static void Prepare(PreparationOptions options, string folder, TextWriter output, CancellationToken cancel)
    {
        PreparedInfo info = WorkProgress.Run("prepare", progress => Preparation.Run(options, folder, progress, cancel));

        int learnable = info.Speakers.Count(speaker => speaker.TrainUtterances > 0);
        output.WriteLine($"{info.Utterances} utterances, {info.Seconds / 60:0.0} minutes, "
            + $"{learnable} speakers to learn, {info.Speakers.Count - learnable} for testing only, accents "
            + $"{string.Join(", ", info.Accents)}");
        foreach ((string reason, int count) in info.Refused)
            output.WriteLine($"refused {count}: {reason} (see {Path.Combine(folder, "refused.tsv")})");
        output.WriteLine($"mel {info.MelHash}, phones {info.PhoneSet} {info.PhoneSetHash}, in {folder}");
    }

    private static MelConfig Profile(string name) =>
        MelConfig.Profiles.GetValueOrDefault(name)
        ?? throw new UserException(
            $"there are no mel settings «{name}»", "--mel",
            $"choose one of: {string.Join(", ", MelConfig.Profiles.Keys)}");

    private static int Positive(int value, string option) => value > 0
        ? value
        : throw new UserException($"{option} should be 1 or more, but is {value}", option, $"leave {option} out");
}
