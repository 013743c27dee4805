using Kouyin.Speech.Data;

namespace Kouyin.Speech.Tests.Data;

/// <summary>Real recordings of real people, prepared.</summary>
public sealed class SharedCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedFact("corpus/open")]
    public void The_test_part_of_the_shared_corpus_is_prepared_with_a_correct_report()
    {
        Directory.CreateDirectory(_folder["c"]);
        Directory.CreateSymbolicLink(_folder["c/test"], Shared.PathOf("corpus/open/test"));
        File.Copy(Shared.PathOf("corpus/open/spk-info.txt"), _folder["c/spk-info.txt"]);
        PreparationRules rules = new()
        {
            Labels = Aishell3Corpus.SurfaceLabels,
            ExcludedSpeakers = ["YTN0001"], // most of it, for time's sake
        };

        Preparation.Run(new() { Corpora = [_folder["c"]], Rules = rules }, _folder["out"]);
        using PreparedCorpus prepared = PreparedCorpus.Open(_folder["out"]);

        Assert.Equal(380, prepared.Refusals.Count);
        Assert.All(prepared.Refusals, refusal => Assert.Equal(RefusalReason.ExcludedSpeaker, refusal.Reason));
        Assert.Equal(242, prepared.Utterances.Count);
        Assert.All(prepared.Utterances, utterance => Assert.Equal(Split.Unseen, utterance.Split));
        Assert.Equal(["north", "south", "standard", "taiwan", "unknown"], prepared.Info.Accents);
        PreparedSpeaker male = prepared.Info.Speakers.Single(speaker => speaker.Name == "EDL0004");
        Assert.Equal((70, "male", "taiwan"), (male.TestUtterances, male.Gender, male.Accent));
        // Medians that Praat measured in all recordings of each, as the corpus's own page says.
        Assert.Equal(138, MedianHertz(prepared, "EDL0004"), 20.0);
        Assert.Equal(308, MedianHertz(prepared, "LCH0005"), 20.0);
    }

    private static double MedianHertz(PreparedCorpus prepared, string speaker)
    {
        List<float> voiced = [];
        for (int i = 0; i < prepared.Utterances.Count; i++)
        {
            if (prepared.Utterances[i].Speaker == speaker)
                voiced.AddRange(prepared.LogF0(i).ToArray().Where(value => value > 0));
        }
        voiced.Sort();
        return Math.Exp(voiced[voiced.Count / 2]);
    }
}
