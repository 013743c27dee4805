using Kouyin.Speech.Audio;
using Kouyin.Torch;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>What a verifier says of itself.</summary>
/// <param name="Network">Its sizes.</param>
/// <param name="MelHash">The mels that it hears.</param>
/// <param name="Speakers">Those it learned from.</param>
/// <param name="About">How it was made, for people.</param>
public sealed record VerifierInfo(
    PoolingConfig Network, string MelHash, IReadOnlyList<string> Speakers, string About);

/// <summary>Hears whether two stretches of speech are by the same speaker.</summary>
public sealed class SpeakerVerifier : IDisposable
{
    private const string Format = "kouyin-speaker-verifier-1";

    private readonly ParameterStore _store;

    internal SpeakerVerifier(VerifierInfo info, ParameterStore store)
    {
        (Info, _store) = (info, store);
        Network = new(store.Root / "network", info.Network);
    }

    /// <summary>What it is.</summary>
    public VerifierInfo Info { get; }

    internal PoolingNetwork Network { get; }

    internal ParameterStore Store => _store;

    /// <summary>Reads a verifier.</summary>
    /// <exception cref="UserException">The file is none.</exception>
    public static SpeakerVerifier Load(string path)
    {
        using TensorScope scope = new();
        var (info, weights) = JudgeWeights.Load<VerifierInfo>(path, Format, "speaker verifier");
        return new(info, ParameterStore.From(weights));
    }

    /// <summary>Writes the verifier in half precision, without what only its training needs.</summary>
    public void Save(string path) => JudgeWeights.Save(
        path, Format, Info,
        _store.Parameters.Where(p => p.Key.StartsWith("network.", StringComparison.Ordinal))
            .Select(p => (p.Key, p.Value)));

    /// <summary>Fails unless mels of these settings are what it learned to hear.</summary>
    /// <exception cref="UserException">They are not.</exception>
    public void Demand(MelConfig mel)
    {
        if (mel.Hash != Info.MelHash)
            throw new UserException(
                $"the speaker verifier hears mels {Info.MelHash}, but these are {mel.Hash}", "the speaker verifier",
                "train one with kouyin judge speaker on data with these mel settings");
    }

    /// <summary>The direction of a voice: vectors of the same speaker have a cosine near 1.</summary>
    /// <param name="features">[T, M] of <see cref="JudgeFeatures"/>; two seconds or more of one speaker.</param>
    /// <returns>[E], of length 1.</returns>
    public float[] Embed(float[] features)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        (Tensor batch, int[] frames) = JudgeCrops.Batch([features], Info.Network.Inputs);
        return MarginLoss.Unit(Network.Forward(batch, frames)).ToArray();
    }

    /// <inheritdoc cref="Embed(float[])"/>
    /// <param name="mel">[T, M] in the verifier's mel settings.</param>
    public float[] EmbedMel(ReadOnlySpan<float> mel) => Embed(JudgeFeatures.Of(mel, Info.Network.Inputs, []));

    /// <summary>The cosine of two vectors of length 1.</summary>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
            sum += (double)a[k] * b[k];
        return sum;
    }

    /// <summary>The middle of several vectors, of length 1.</summary>
    public static float[] Centre(IReadOnlyList<float[]> vectors)
    {
        float[] centre = new float[vectors[0].Length];
        foreach (float[] vector in vectors)
        {
            for (int k = 0; k < centre.Length; k++)
                centre[k] += vector[k];
        }
        float length = (float)Math.Sqrt(Cosine(centre, centre));
        return Array.ConvertAll(centre, value => value / Math.Max(length, 1e-6f));
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();
}
