using Kouyin.Torch;

namespace Kouyin.Speech.Model.Accent;

/// <summary>
/// What a voice remembers of each accent's training recordings, so that it can speak the accent without hearing one.
/// </summary>
public sealed class AccentMemory
{
    /// <summary>Recordings of each accent that are remembered one by one.</summary>
    public const int PoolSize = 16;

    private const string Place = "accent_memory", Means = "means", Pool = "pool";

    private readonly Tensor _means;
    private readonly Tensor _pool;

    /// <summary>Takes its vectors from <paramref name="p"/>.</summary>
    /// <param name="p">The root of a voice's store.</param>
    /// <param name="accents">A.</param>
    /// <param name="width">W.</param>
    public AccentMemory(Params p, int accents, int width)
    {
        _means = (p / Place).Get(Means, [accents, width], Start.Zeros);
        _pool = (p / Place).Get(Pool, [accents, PoolSize, width], Start.Zeros);
    }

    /// <summary>The vector to speak an accent with, [1, W].</summary>
    /// <param name="accent">The accent's id.</param>
    /// <param name="recall">The mean, or one of the recordings.</param>
    /// <param name="seed">Chooses among the recordings.</param>
    public Tensor Of(int accent, AccentRecall recall, int seed) => recall switch
    {
        AccentRecall.ClassMean => _means.Slice(0, accent, accent + 1),
        AccentRecall.Pool => _pool.Select(0, accent).Slice(0, (uint)seed % PoolSize, (uint)seed % PoolSize + 1),
        _ => throw new ArgumentOutOfRangeException(nameof(recall), recall, "nothing is remembered for it"),
    };

    /// <summary>What there is to remember, by the names under which voices keep it.</summary>
    /// <param name="styles">Of each accent its recordings' vectors, [W], speaker by speaker in turn.</param>
    /// <param name="speakers">Whose they are.</param>
    internal static Dictionary<string, Tensor> Collect(
        IReadOnlyList<IReadOnlyList<Tensor>> styles, IReadOnlyList<IReadOnlyList<string>> speakers) => new()
        {
            [$"{Place}.{Means}"] = Tensor.Stack(0, [.. styles.Zip(speakers, MeanOfSpeakers)]),
            [$"{Place}.{Pool}"] = Tensor.Stack(0, [.. styles.Select(of => Tensor.Stack(
                0, [.. Enumerable.Range(0, PoolSize).Select(k => of[k % of.Count])]))]),
        };

    private static Tensor MeanOfSpeakers(IReadOnlyList<Tensor> styles, IReadOnlyList<string> speakers) =>
        Tensor.Stack(0, [.. styles.Zip(speakers).GroupBy(s => s.Second, s => s.First)
            .Select(speaker => Tensor.Stack(0, [.. speaker]).Mean(0))]).Mean(0);
}
