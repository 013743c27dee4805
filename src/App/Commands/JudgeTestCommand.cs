using System.CommandLine;
using System.Globalization;
using Kouyin.Speech.Data;
using Kouyin.Speech.Evaluation.Judges;

namespace Kouyin.App.Commands;

/// <summary><c>judge test</c>: the figures of the judges' cards.</summary>
internal static class JudgeTestCommand
{
    public static Command Create()
    {
        Option<string> data = new("--data") { Description = "A folder made by kouyin prepare.", Required = true };
        Option<string?> verifier = new("--speaker") { Description = "A speaker verifier." };
        Option<string?> classifier = new("--accent") { Description = "An accent classifier." };
        Option<bool> all = new("--all")
        {
            Description = "Test on the data's training part too, where the judges did not learn from it.",
        };
        Command command = new("test", "Test judges on held-out speech.") { data, verifier, classifier, all };
        command.SetAction((parsed, cancel) => Task.Run(
            () =>
            {
                using PreparedCorpus corpus = PreparedCorpus.Open(parsed.GetRequiredValue(data));
                JudgeTrials trials = new(corpus, parsed.GetValue(all));
                TextWriter output = parsed.InvocationConfiguration.Output;
                if (parsed.GetValue(verifier) is { } speakers)
                    Speakers(trials, speakers, output);
                if (parsed.GetValue(classifier) is { } accents)
                    Accents(trials, accents, output);
            },
            cancel));
        return command;
    }

    private static void Speakers(JudgeTrials trials, string file, TextWriter output)
    {
        using SpeakerVerifier verifier = SpeakerVerifier.Load(file);
        var (rate, low, high, stretches, speakers) = trials.Speakers(verifier);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"speakers: EER {100 * rate.Rate:0.0} % ({100 * low:0.0}-{100 * high:0.0}) at cosine "
            + $"{rate.Threshold:0.00}, {stretches} stretches of {JudgeTrials.StretchSeconds:0} s, "
            + $"{speakers} speakers"));
    }

    private static void Accents(JudgeTrials trials, string file, TextWriter output)
    {
        using AccentClassifier classifier = AccentClassifier.Load(file);
        var (speakers, known) = trials.Accents(classifier);
        if (known.Count > 0)
            output.WriteLine($"not judged, since every fold heard them: {string.Join(", ", known)}");
        if (speakers.Count == 0)
            return;
        var (f1, low, high, majority) = JudgeTrials.MacroF1([.. speakers.Select(speaker => speaker.Confusions)]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"accents: macro-F1 {f1:0.00} ({low:0.00}-{high:0.00} over speakers), majority {majority:0.00}, "
            + $"{speakers.Count} speakers"));
        output.WriteLine($"{"speaker: truth",-26}{string.Concat(classifier.Info.Accents.Select(a => $"{a,-12}"))}");
        foreach ((string speaker, Confusions confusions) in speakers)
            Row(output, speaker, confusions);
        Row(output, "all", JudgeTrials.Sum([.. speakers.Select(speaker => speaker.Confusions)]));
    }

    private static void Row(TextWriter output, string speaker, Confusions confusions)
    {
        for (int truth = 0; truth < confusions.Names.Count; truth++)
        {
            int[] counts = [.. Enumerable.Range(0, confusions.Names.Count).Select(k => confusions.Counts[truth, k])];
            if (counts.Sum() > 0)
                output.WriteLine($"{$"{speaker}: {confusions.Names[truth]}",-26}"
                    + string.Concat(counts.Select(count => $"{count,-12}")));
        }
    }
}
