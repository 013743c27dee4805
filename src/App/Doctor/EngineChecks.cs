using System.Diagnostics;
using Kouyin.Torch;

namespace Kouyin.App.Doctor;

/// <summary>libtorch, the linear algebra library behind it, its devices.</summary>
internal static class EngineChecks
{
    private const string Packages = "apt-get install -y --no-install-recommends libtorch-dev libopenblas0-pthread";

    public static IEnumerable<Finding> All()
    {
        Finding engine = Finding.From("libtorch", Version);
        yield return engine;
        if (engine.Verdict == Verdict.Problem)
            yield break;
        yield return Blas(LoadedLibraries(), Engine.Configuration);
        yield return MatrixSpeed();
        yield return Devices();
    }

    /// <summary>Judges the linear algebra library: the reference implementation makes everything crawl.</summary>
    /// <param name="loaded">The libraries in this process, by path.</param>
    /// <param name="configuration">libtorch's own words about how it was built.</param>
    public static Finding Blas(IReadOnlyCollection<string> loaded, string configuration)
    {
        if (loaded.FirstOrDefault(path => FastKind(path) is not null) is { } fast)
            return Finding.Ok("BLAS", $"{FastKind(fast)}, {fast}");
        if (loaded.FirstOrDefault(IsPlainBlas) is { } slow)
            return new(Verdict.Problem, "BLAS", $"the reference, {slow}: all is 15 to 30 times slower", Packages);
        return configuration.Contains("BLAS_INFO=mkl", StringComparison.Ordinal)
            ? Finding.Ok("BLAS", "MKL, inside libtorch")
            : new(Verdict.Note, "BLAS", "of an unknown kind", "see the matrix product: 20 GFLOP/s a core is usual");
    }

    private static string? FastKind(string path) => path switch
    {
        _ when path.Contains("openblas", StringComparison.Ordinal) => "OpenBLAS",
        _ when path.Contains("libmkl", StringComparison.Ordinal) => "MKL",
        _ when path.Contains("libblis", StringComparison.Ordinal) => "BLIS",
        _ when path.Contains("libarmpl", StringComparison.Ordinal) => "Arm Performance Libraries",
        _ => null,
    };

    private static bool IsPlainBlas(string path) =>
        Path.GetFileName(path).StartsWith("libblas.so", StringComparison.Ordinal);

    private static Finding Version()
    {
        string version = Engine.Version;
        string? library = LoadedLibraries()
            .FirstOrDefault(path => path.Contains("libtorch_cpu", StringComparison.Ordinal));
        string? capability = Engine.Configuration.Split('\n')
            .Select(line => line.Trim(' ', '-'))
            .FirstOrDefault(line => line.StartsWith("CPU capability", StringComparison.Ordinal));
        return Finding.Ok("libtorch", $"{version}, {Engine.Threads} threads, {capability}, {library}");
    }

    private static Finding MatrixSpeed()
    {
        const int size = 768, rounds = 3;
        using TensorScope scope = new();
        Tensor matrix = Tensor.Full([size, size], 1);
        double best = double.MaxValue;
        for (int round = 0; round < rounds; round++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            _ = matrix.Matmul(matrix);
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        return Finding.Ok("matrix product", $"{2.0 * size * size * size / best / 1e9:0} GFLOP/s");
    }

    private static Finding Devices()
    {
        int count = Device.CudaCount;
        return Finding.Ok("CUDA devices", count > 0 ? $"{count}" : "none");
    }

    private static HashSet<string> LoadedLibraries()
    {
        const string maps = "/proc/self/maps";
        return File.Exists(maps)
            ? [.. File.ReadLines(maps).Where(line => line.Contains('/')).Select(line => line[line.IndexOf('/')..])]
            : [];
    }
}
