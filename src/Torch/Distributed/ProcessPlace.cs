using System.Globalization;

namespace Kouyin.Torch.Distributed;

/// <summary>Which of several processes that compute together this is, and where they meet.</summary>
/// <param name="Rank">From 0.</param>
/// <param name="Size">How many there are.</param>
/// <param name="LocalRank">From 0 on each machine: which of its devices to use.</param>
/// <param name="Host">Where the process of rank 0 runs.</param>
/// <param name="Port">A free port there.</param>
public sealed record ProcessPlace(int Rank, int Size, int LocalRank, string Host, int Port)
{
    /// <summary>
    /// Reads RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and MASTER_PORT, which torchrun, Slurm and Kubernetes set.
    /// </summary>
    /// <param name="variable">An environment variable's value, or null.</param>
    /// <returns>Null where WORLD_SIZE is not set, or is 1.</returns>
    /// <exception cref="UserException">Some are missing or no numbers, or do not fit each other.</exception>
    public static ProcessPlace? From(Func<string, string?> variable)
    {
        if (string.IsNullOrEmpty(variable("WORLD_SIZE")) || Number(variable, "WORLD_SIZE") == 1)
            return null;
        int size = Number(variable, "WORLD_SIZE"), rank = Number(variable, "RANK");
        if (rank >= size)
            throw Wrong($"RANK is {rank}, but WORLD_SIZE is {size}");
        int local = string.IsNullOrEmpty(variable("LOCAL_RANK")) ? rank : Number(variable, "LOCAL_RANK");
        string? host = variable("MASTER_ADDR");
        return string.IsNullOrEmpty(host)
            ? throw Wrong("MASTER_ADDR is not set")
            : new(rank, size, local, host, Number(variable, "MASTER_PORT"));
    }

    /// <summary>The variables that <see cref="From"/> reads, for a process that this one starts.</summary>
    public IEnumerable<(string Name, string Value)> Variables =>
    [
        ("RANK", Text(Rank)), ("WORLD_SIZE", Text(Size)), ("LOCAL_RANK", Text(LocalRank)), ("MASTER_ADDR", Host),
        ("MASTER_PORT", Text(Port)),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(Func<string, string?> variable, string name) =>
        int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw Wrong($"{name} is «{variable(name)}», which is no number");

    private static UserException Wrong(string what) => new(
        what, "the environment", "set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT as torchrun does, or use --nproc");
}
