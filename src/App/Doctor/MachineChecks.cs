using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Kouyin.App.Doctor;

/// <summary>The machine: its processor, its memory, the settings that libtorch reads.</summary>
internal static partial class MachineChecks
{
    // What ./kouyin sets; see scripts/setup.sh for the reasons.
    private static readonly string[] Settings =
    [
        "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_NUM_THREADS", "OPENBLAS_CORETYPE",
        "ATEN_CPU_CAPABILITY", "MALLOC_MMAP_MAX_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_",
    ];

    public static IEnumerable<Finding> All()
    {
        yield return Finding.Ok("program", $"Kouyin {typeof(MachineChecks).Assembly.GetName().Version!.ToString(3)}, "
            + $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        string cpuInfo = File.Exists("/proc/cpuinfo") ? File.ReadAllText("/proc/cpuinfo") : "";
        yield return Processor(cpuInfo, Environment.ProcessorCount);
        yield return Finding.Ok("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB");
        yield return Variables(Environment.GetEnvironmentVariable);
    }

    /// <summary>Name, cores, and the instruction sets that decide the speed.</summary>
    public static Finding Processor(string cpuInfo, int cores)
    {
        string name = ModelName().Match(cpuInfo) is { Success: true } match ? match.Groups[1].Value : "unknown";
        HashSet<string> flags = [.. FlagsLine().Match(cpuInfo).Groups[1].Value.Split(' ')];
        string[] features =
        [
            .. flags.Contains("avx2") ? ["AVX2"] : Array.Empty<string>(),
            .. flags.Contains("avx512bw") ? ["AVX-512"] : Array.Empty<string>(),
            .. flags.Contains("avx512_bf16") ? ["AVX-512 bf16"] : Array.Empty<string>(),
            .. flags.Contains("amx_bf16") ? ["AMX bf16"] : Array.Empty<string>(),
        ];
        string value = $"{name}, {cores} cores, {(features.Length > 0 ? string.Join(", ", features) : "no AVX2")}";
        return features.Length > 0 || RuntimeInformation.ProcessArchitecture != Architecture.X64
            ? Finding.Ok("processor", value)
            : new(Verdict.Note, "processor", value, "expect to wait: libtorch is several times slower without AVX2");
    }

    /// <summary>The settings in force, and which the launcher would add.</summary>
    public static Finding Variables(Func<string, string?> variable)
    {
        string set = string.Join(' ', Settings
            .Where(name => variable(name) is not null)
            .Select(name => $"{name}={variable(name)}"));
        return variable("OMP_WAIT_POLICY") is not null
            ? Finding.Ok("settings", set)
            : new(Verdict.Note, "settings", set.Length > 0 ? set : "none", "start ./kouyin instead: it is faster");
    }

    [GeneratedRegex(@"^model name\s*:\s*(.+)$", RegexOptions.Multiline)]
    private static partial Regex ModelName();

    [GeneratedRegex(@"^flags\s*:\s*(.+)$", RegexOptions.Multiline)]
    private static partial Regex FlagsLine();
}
