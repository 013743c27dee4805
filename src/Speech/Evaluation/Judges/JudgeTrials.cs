using Kouyin.Speech.Data;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>What judges make of speech that they did not learn from: the numbers of their cards.</summary>
/// <param name="corpus">Prepared data in the judges' mel settings.</param>
/// <param name="all">Whether to test on all of it; else on its held-out part.</param>
public sealed class JudgeTrials(PreparedCorpus corpus, bool all)
{
    /// <summary>Seconds in a stretch that is judged.</summary>
    public const double StretchSeconds = JudgeCrops.Seconds;

    private const int MostOfOne = 12, Resamples = 200;

    /// <summary>Pairs of stretches of three seconds, at most twelve of each speaker and accent.</summary>
    /// <param name="verifier">The judge.</param>
    /// <returns>The rate, its 95 % interval over other stretches, and how many stretches and speakers.</returns>
    public (EqualErrorRate Rate, double Low, double High, int Stretches, int Speakers) Speakers(
        SpeakerVerifier verifier)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        verifier.Demand(corpus.Info.Mel);
        JudgeCrops crops = new(corpus, withPitch: false);
        (string Speaker, float[] Vector)[] stretches =
        [
            .. Groups().SelectMany(group => Evenly(crops.InOrder(group.Utterances))
                .Select(crop => (group.Speaker, verifier.Embed(crop.Features)))),
        ];
        Random random = new(1);
        double[] rates = [.. Enumerable.Range(0, Resamples)
            .Select(_ => Rate([.. stretches.Select(_ => stretches[random.Next(stretches.Length)])]).Rate)
            .Where(double.IsFinite).Order()];
        (double low, double high) = rates.Length == 0
            ? (double.NaN, double.NaN) : (rates[(int)(0.025 * rates.Length)], rates[(int)(0.975 * rates.Length)]);
        return (Rate(stretches), low, high, stretches.Length, stretches.Select(s => s.Speaker).Distinct().Count());
    }

    /// <summary>Stretches of three seconds, each judged by networks that never heard the speaker.</summary>
    /// <param name="classifier">The judge; speakers whom all of its networks heard are passed over.</param>
    /// <returns>By speaker, in order; and the speakers passed over.</returns>
    public (IReadOnlyList<(string Speaker, Confusions Confusions)> Speakers, IReadOnlyList<string> Known) Accents(
        AccentClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        classifier.Demand(corpus.Info.Mel);
        JudgeCrops crops = new(corpus, withPitch: true);
        List<string> accents = [.. classifier.Info.Accents];
        JudgeGroup[] groups = [.. Groups().Where(group => accents.Contains(group.Accent))];
        List<(string, Confusions)> speakers = [];
        foreach (IGrouping<string, JudgeGroup> speaker in groups.Where(g => classifier.CanJudge(g.Speaker))
            .GroupBy(g => g.Speaker))
        {
            Confusions confusions = Confusions.Among(accents);
            foreach (JudgeGroup group in speaker)
            {
                foreach ((float[] features, _) in Evenly(crops.InOrder(group.Utterances)))
                {
                    double[] heard = classifier.Probabilities(features, group.Speaker);
                    confusions.Add(accents.IndexOf(group.Accent), Array.IndexOf(heard, heard.Max()));
                }
            }
            speakers.Add((speaker.Key, confusions));
        }
        return (speakers, [.. groups.Select(g => g.Speaker).Distinct().Where(name => !classifier.CanJudge(name))]);
    }

    /// <summary>The macro-F1 over speakers, its 95 % interval over other speakers, and the majority's.</summary>
    public static (double F1, double Low, double High, double Majority) MacroF1(IReadOnlyList<Confusions> speakers)
    {
        Random random = new(1);
        double[] values = [.. Enumerable.Range(0, 1000)
            .Select(_ => Sum([.. speakers.Select(_ => speakers[random.Next(speakers.Count)])]).MacroF1).Order()];
        Confusions whole = Sum(speakers);
        return (whole.MacroF1, values[25], values[974], whole.MajorityF1);
    }

    /// <summary>Confusions added up.</summary>
    public static Confusions Sum(IReadOnlyList<Confusions> parts)
    {
        Confusions sum = Confusions.Among(parts[0].Names);
        foreach (Confusions part in parts)
        {
            for (int k = 0; k < part.Counts.Length; k++)
                sum.Counts[k / sum.Names.Count, k % sum.Names.Count] +=
                    part.Counts[k / sum.Names.Count, k % sum.Names.Count];
        }
        return sum;
    }

    private static EqualErrorRate Rate((string Speaker, float[] Vector)[] stretches)
    {
        List<double> same = [], others = [];
        for (int i = 0; i < stretches.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (ReferenceEquals(stretches[i].Vector, stretches[j].Vector))
                    continue; // drawn twice
                (stretches[i].Speaker == stretches[j].Speaker ? same : others)
                    .Add(SpeakerVerifier.Cosine(stretches[i].Vector, stretches[j].Vector));
            }
        }
        return EqualErrorRate.Of(same, others);
    }

    private JudgeGroup[] Groups() => JudgeGroup.Of(corpus, u => all || u.Split != Split.Train);

    private static IEnumerable<T> Evenly<T>(IEnumerable<T> items)
    {
        T[] whole = [.. items];
        int count = Math.Min(MostOfOne, whole.Length);
        return Enumerable.Range(0, count).Select(k => whole[(int)((long)k * whole.Length / count)]);
    }
}
