using Kouyin.Speech.Evaluation.Clips;
using Kouyin.Speech.Evaluation.Compare;

namespace Kouyin.Speech.Tests.Evaluation.Compare;

public sealed class ComparisonTests
{
    private static readonly string[] Speakers = ["A", "B", "C"], Texts = ["ma1", "ma2", "ma3", "ma4"];

    [Fact]
    public void What_is_better_everywhere_is_certain_and_the_difference_is_the_mean_of_the_pairs()
    {
        Contender low = Made("low", noise: 0.02), high = Made("high", timbre: 0.1, noise: 0.02);

        Difference found = Difference.Between(high, low, ComparedMeasure.Timbre, cross: true)!;

        Assert.True(found.IsCertain);
        Assert.Equal(12, found.Pairs);
        Assert.Equal(0.1, found.Value.Value, 6);
        Assert.InRange(found.Value.Value, found.Value.Low, found.Value.High);
    }

    [Fact]
    public void What_differs_from_clip_to_clip_in_the_same_way_has_a_narrow_interval()
    {
        // Both vary by 0.5 from clip to clip, but together: paired, nothing is left of it.
        Contender low = Made("low", noise: 0.5), high = Made("high", timbre: 0.05, noise: 0.5);

        Difference found = Difference.Between(high, low, ComparedMeasure.Timbre, cross: true)!;

        Assert.True(found.Value.High - found.Value.Low < 1e-9);
    }

    [Fact]
    public void Seeds_that_disagree_make_nothing_certain()
    {
        Contender low = Made("low", seeds: [0, 0]), torn = Made("torn", seeds: [0.5, -0.1]);

        Assert.False(Difference.Between(torn, low, ComparedMeasure.Timbre, cross: true)!.IsCertain);
        Assert.True(Difference.Between(
            Made("sure", seeds: [0.5, 0.1]), low, ComparedMeasure.Timbre, cross: true)!.IsCertain);
    }

    [Fact]
    public void Only_what_both_said_is_compared()
    {
        Contender all = Made("all"), few = Made("few", timbre: 0.1);
        few = few with
        {
            Runs = [few.Runs[0] with { Spoken = [.. few.Runs[0].Spoken.Where(clip => clip.Speaker == "A")] }],
        };

        Assert.Equal(4, Difference.Between(few, all, ComparedMeasure.Timbre, cross: true)!.Pairs);
        Assert.Null(Difference.Between(
            few with { Runs = [few.Runs[0] with { Spoken = [] }] }, all, ComparedMeasure.Timbre, cross: true));
    }

    [Fact]
    public void Own_accents_and_others_are_measured_apart()
    {
        Contender one = Made("one", accent: 0.25);

        Assert.Equal(75, ContenderScore.Of(one, ComparedMeasure.Accent, cross: true)!.Value.Value, 6);
        Assert.Equal(50, ContenderScore.Of(one, ComparedMeasure.Accent, cross: false)!.Value.Value, 6);
    }

    [Fact]
    public void Whoever_has_a_better_accent_and_timbre_and_no_worse_words_beats_the_reference()
    {
        Contender reference = Made("reference"), winner = Made("winner", accent: 0.1, timbre: 0.1);
        Contender deaf = Made("deaf", accent: 0.1, timbre: 0.1, wrong: 2);
        Contender timbre = Made("timbre", timbre: 0.1);
        Comparison comparison = new([reference, winner, deaf, timbre], reference);

        Assert.True(comparison.Beats(winner));
        Assert.Equal(
            "beats reference: accent and timbre better, words and tempo the same", comparison.Verdict(winner));
        Assert.False(comparison.Beats(deaf));
        Assert.Equal("accent and timbre better, tempo the same, words worse", comparison.Verdict(deaf));
        Assert.False(comparison.Beats(timbre));
        Assert.False(comparison.Beats(reference));
    }

    [Fact]
    public void A_contender_without_other_accents_is_judged_in_its_own()
    {
        Contender reference = Made("reference"), own = Made("own", timbre: -0.2);
        own = own with
        {
            Runs = [own.Runs[0] with { Spoken = [.. own.Runs[0].Spoken.Where(clip => !clip.IsCross)] }],
        };
        Comparison comparison = new([reference, own], reference);

        Assert.False(comparison.IsJudgedAcross(own));
        Assert.Contains("timbre worse", comparison.Verdict(own), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tempo_is_as_wrong_when_slow_as_when_fast()
    {
        Contender slow = Made("slow", tempo: 0.5), fast = Made("fast", tempo: 1.5);

        Assert.Equal(50, ContenderScore.Of(slow, ComparedMeasure.Pace, cross: true)!.Value.Value, 6);
        Assert.Equal(0, Difference.Between(slow, fast, ComparedMeasure.Pace, cross: true)!.Value.Value, 6);
    }

    [Fact]
    public void An_evaluation_is_read_as_it_was_written_and_nothing_else_is_taken_for_one()
    {
        using TemporaryFolder folder = new();
        VoiceEvaluation evaluation = Made("one", accent: 0.1, timbre: double.NaN).Runs[0];
        string path = folder[VoiceEvaluation.FileName];

        evaluation.Save(path);
        VoiceEvaluation read = VoiceEvaluation.Load(path);

        Assert.Equal(evaluation.Spoken.Count, read.Spoken.Count);
        foreach (Measure measure in Measure.All)
            Assert.Equal(measure.Over(evaluation.Spoken), measure.Over(read.Spoken));
        Assert.Equal(evaluation.Spoken[0].Accents, read.Spoken[0].Accents);
        Assert.True(double.IsNaN(read.Spoken[0].Similarity));
        folder.Write("other.json", "{}");
        folder.Write("broken.json", "{ \"Voice\": 3");
        Assert.Throws<UserException>(() => VoiceEvaluation.Load(folder["other.json"]));
        Assert.Throws<UserException>(() => VoiceEvaluation.Load(folder["broken.json"]));
        Assert.Throws<UserException>(() => VoiceEvaluation.Load(folder["none.json"]));
    }

    /// <summary>Scores of three speakers who say four texts each in their own accent and in one that is not.</summary>
    internal static Contender Made(
        string name, double accent = 0, double timbre = 0, double wrong = 0, double tempo = 1, double noise = 0,
        double[]? seeds = null) => new(name, $"what the log says of {name}",
        [
            .. (seeds ?? [0]).Select(seed => new VoiceEvaluation(
                name, [], [.. Speakers.Select(speaker => new EvaluationCell(
                    speaker, "north", 4, 4, 0.5, 0.5, 0.01, [], []))],
                [], [.. Clips(accent, timbre + seed, (int)wrong, tempo, noise)], [])),
        ]);

    private static IEnumerable<ClipScores> Clips(double accent, double timbre, int wrong, double tempo, double noise)
    {
        Random random = new(1);
        foreach (string speaker in Speakers)
        {
            foreach (string text in Texts)
            {
                foreach (bool cross in (bool[])[false, true])
                {
                    double own = cross ? 0.5 + accent : 0.5;
                    yield return new()
                    {
                        Id = $"{speaker}{text}{cross}", Speaker = speaker, Accent = cross ? "south" : "north",
                        IsCross = cross, Said = text, Heard = "",
                        Errors = new(new(2, wrong, 0, 0), new(2, 0, 0, 0), new(2, 0, 0, 0)),
                        Similarity = 0.4 + timbre + noise * random.NextDouble(), Nearest = speaker,
                        Accents = new Dictionary<string, double>
                        {
                            [cross ? "south" : "north"] = own, [cross ? "north" : "south"] = 1 - own,
                        },
                        Pitch = new(200, 10, 0, 0), Rate = new(4, 1 / tempo),
                        Pair = new(5, new(0.1, 10, 1, 1, 12), default, 1, new(2, 0.1, 0.1), new(4, 1)),
                    };
                }
            }
        }
    }
}
