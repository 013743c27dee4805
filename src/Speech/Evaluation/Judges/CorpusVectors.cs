using Kouyin.Speech.Data;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>
/// A vector for each speaker and accent of prepared data: what networks that were taught to tell them apart hear in
/// them. A voice may learn from such vectors in place of a table of its own.
/// </summary>
/// <remarks>
/// All numbers together have a mean square of 1, as a table's have when it begins to learn. Networks that make vectors
/// for a voice should not judge it afterwards: it was given what they listen for.
/// </remarks>
public static class CorpusVectors
{
    private const int MostOfOne = 40; // stretches of three seconds

    /// <summary>Of each training speaker, the middle of what the verifier hears.</summary>
    /// <param name="corpus">Prepared in the verifier's mel settings; its training part is heard.</param>
    /// <param name="verifier">The network.</param>
    /// <returns>By name, [E] each.</returns>
    public static IReadOnlyDictionary<string, float[]> Speakers(PreparedCorpus corpus, SpeakerVerifier verifier)
    {
        verifier.Demand(corpus.Info.Mel);
        JudgeCrops crops = new(corpus, withPitch: false);
        return Scaled(Groups(corpus).GroupBy(group => group.Speaker).ToDictionary(
            speaker => speaker.Key, speaker => SpeakerVerifier.Centre(
                [.. Heard(crops, speaker.SelectMany(group => group.Utterances), verifier.Embed)])));
    }

    /// <summary>Of each training accent, the mean of what the classifier's networks hear, all speakers alike.</summary>
    /// <param name="corpus">Prepared in the classifier's mel settings; its training part is heard.</param>
    /// <param name="classifier">The networks.</param>
    /// <returns>By name, [networks x E] each.</returns>
    public static IReadOnlyDictionary<string, float[]> Accents(PreparedCorpus corpus, AccentClassifier classifier)
    {
        classifier.Demand(corpus.Info.Mel);
        JudgeCrops crops = new(corpus, withPitch: true);
        return Scaled(Groups(corpus).GroupBy(group => group.Accent).ToDictionary(
            accent => accent.Key, accent => Mean(
                [.. accent.Select(group => Mean([.. Heard(crops, group.Utterances, classifier.Embed)]))])));
    }

    private static JudgeGroup[] Groups(PreparedCorpus corpus) => JudgeGroup.Of(corpus, u => u.Split == Split.Train);

    private static IEnumerable<float[]> Heard(
        JudgeCrops crops, IEnumerable<int> utterances, Func<float[], float[]> embed) =>
        crops.InOrder(utterances).Take(MostOfOne).Select(crop => embed(crop.Features));

    private static float[] Mean(IReadOnlyList<float[]> vectors) =>
        [.. Enumerable.Range(0, vectors[0].Length).Select(k => vectors.Average(vector => vector[k]))];

    private static Dictionary<string, float[]> Scaled(Dictionary<string, float[]> vectors)
    {
        double square = vectors.Values.SelectMany(vector => vector).Average(value => (double)value * value);
        float scale = (float)(1 / Math.Sqrt(square));
        return vectors.ToDictionary(v => v.Key, v => Array.ConvertAll(v.Value, value => value * scale));
    }
}
