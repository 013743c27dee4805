using Kouyin.Speech.Audio;
using Kouyin.Torch;
using Kouyin.Torch.Layers;

namespace Kouyin.Speech.Evaluation.Judges;

/// <summary>What an accent classifier says of itself.</summary>
/// <param name="Network">The sizes of each fold's network.</param>
/// <param name="MelHash">The mels that it hears.</param>
/// <param name="Accents">What it tells apart.</param>
/// <param name="Folds">The speakers that each fold's network learned from.</param>
/// <param name="About">How it was made, for people.</param>
public sealed record AccentInfo(
    PoolingConfig Network, string MelHash, IReadOnlyList<string> Accents,
    IReadOnlyList<IReadOnlyList<string>> Folds, string About);

/// <summary>Hears accents. A speaker is only ever judged by networks that never heard him.</summary>
/// <remarks>
/// Where each speaker has one accent, a network that knows the speaker knows the accent without hearing it. So there
/// are several, each taught without some speakers, and those that did not hear a speaker judge him together.
/// </remarks>
public sealed class AccentClassifier : IDisposable
{
    private const string Format = "kouyin-accent-classifier-1";

    private readonly Fold[] _folds;

    internal AccentClassifier(AccentInfo info, IEnumerable<ParameterStore> stores)
    {
        Info = info;
        _folds = [.. stores.Select(store => new Fold(store, info))];
    }

    internal IReadOnlyList<Fold> Folds => _folds;

    /// <summary>What it is.</summary>
    public AccentInfo Info { get; }

    /// <summary>Reads a classifier.</summary>
    /// <exception cref="UserException">The file is none.</exception>
    public static AccentClassifier Load(string path)
    {
        using TensorScope scope = new();
        var (info, weights) = JudgeWeights.Load<AccentInfo>(path, Format, "accent classifier");
        return new(info,
        [
            .. Enumerable.Range(0, info.Folds.Count).Select(fold => ParameterStore.From(weights
                .Where(weight => weight.Key.StartsWith(Prefix(fold), StringComparison.Ordinal))
                .ToDictionary(weight => weight.Key[Prefix(fold).Length..], weight => weight.Value))),
        ]);
    }

    /// <summary>Writes the classifier in half precision.</summary>
    public void Save(string path) => JudgeWeights.Save(
        path, Format, Info,
        _folds.SelectMany((fold, k) => fold.Store.Parameters.Select(p => (Prefix(k) + p.Key, p.Value))));

    /// <summary>Fails unless mels of these settings are what it learned to hear.</summary>
    /// <exception cref="UserException">They are not.</exception>
    public void Demand(MelConfig mel)
    {
        if (mel.Hash != Info.MelHash)
            throw new UserException(
                $"the accent classifier hears mels {Info.MelHash}, but these are {mel.Hash}", "the accent classifier",
                "train one with kouyin judge accent on data with these mel settings");
    }

    /// <summary>Whether some network never heard the speaker.</summary>
    public bool CanJudge(string speaker) => Info.Folds.Any(heard => !heard.Contains(speaker));

    /// <summary>The probability of each accent.</summary>
    /// <param name="features">[T, M + 2] of <see cref="JudgeFeatures"/>; two seconds or more of one speaker.</param>
    /// <param name="speaker">Whose voice it is; networks that learned from him do not judge.</param>
    /// <returns>One for each of the accents, 1 in all: the geometric mean of the networks' probabilities.</returns>
    /// <exception cref="UserException">Every network heard the speaker.</exception>
    public double[] Probabilities(float[] features, string speaker)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        (Tensor batch, int[] frames) = JudgeCrops.Batch([features], Info.Network.Inputs);
        Fold[] strangers = [.. _folds.Where((_, k) => !Info.Folds[k].Contains(speaker))];
        if (strangers.Length == 0)
            throw new UserException(
                $"every fold of the accent classifier learned from {speaker}", "the accent classifier",
                $"train a fold without: kouyin judge accent --fold {speaker}");
        Tensor sum = strangers.Select(fold => fold.Forward(batch, frames).LogSoftmax(-1)).Aggregate((a, b) => a + b);
        return [.. (sum / strangers.Length).Softmax(-1).ToArray().Select(p => (double)p)];
    }

    /// <summary>What all networks hear, before they decide.</summary>
    /// <param name="features">[T, M + 2] of <see cref="JudgeFeatures"/>.</param>
    /// <returns>One network's vector behind another's, [networks x E].</returns>
    public float[] Embed(float[] features)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        (Tensor batch, int[] frames) = JudgeCrops.Batch([features], Info.Network.Inputs);
        return [.. _folds.SelectMany(fold => fold.Embed(batch, frames).ToArray())];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Fold fold in _folds)
            fold.Store.Dispose();
    }

    private static string Prefix(int fold) => $"fold{fold}.";

    /// <summary>A network of one fold.</summary>
    internal sealed class Fold(ParameterStore store, AccentInfo info)
    {
        private readonly PoolingNetwork _network = new(store.Root / "network", info.Network);
        private readonly Linear _accents =
            new(store.Root / "accents", info.Network.Embedding, info.Accents.Count);

        public ParameterStore Store { get; } = store;

        /// <summary>Scores of the accents, [B, A].</summary>
        public Tensor Forward(Tensor features, IReadOnlyList<int> frames) => _accents.Forward(Embed(features, frames));

        /// <summary>What they are scored by, [B, E].</summary>
        public Tensor Embed(Tensor features, IReadOnlyList<int> frames) => _network.Forward(features, frames).Silu();
    }
}
