using System.Runtime.InteropServices;

namespace Kouyin.Torch;

/// <summary>
/// Settings that libtorch, its BLAS and the allocator read once, made before they are loaded, so that nobody has to
/// know them. What the user has set stays.
/// </summary>
/// <remarks>
/// .NET keeps its own copy of the environment, so these go through libc. The launcher sets the same variables, which
/// also reaches what glibc reads before Main.
/// </remarks>
internal static partial class ProcessSettings
{
    private const int TrimThreshold = -1;   // glibc's M_TRIM_THRESHOLD
    private const int TopPad = -2;          // M_TOP_PAD
    private const int MmapMax = -4;         // M_MMAP_MAX

    /// <summary>Applies them. Called once, before the shim loads.</summary>
    internal static void Apply()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // Threads that spin against each other cost more than they give, but one that sleeps at once is woken too late
        // for the next operator: it may spin for a fraction of a millisecond.
        SetUnlessSet("OMP_WAIT_POLICY", "PASSIVE");
        SetUnlessSet("GOMP_SPINCOUNT", "30000");
        SetUnlessSet("OPENBLAS_NUM_THREADS", "1");
        if (System.Runtime.Intrinsics.X86.Avx512BW.IsSupported)
        {
            SetUnlessSet("ATEN_CPU_CAPABILITY", "avx512");
            SetUnlessSet("OPENBLAS_CORETYPE", "SkylakeX");
        }
        KeepMemory();
    }

    /// <summary>
    /// glibc gives large blocks back to the system and faults them in again: half of a large step's time.
    /// </summary>
    private static void KeepMemory()
    {
        if (Environment.GetEnvironmentVariable("MALLOC_MMAP_MAX_") is not null)
            return;
        _ = mallopt(MmapMax, 0);
        _ = mallopt(TrimThreshold, int.MaxValue);
        _ = mallopt(TopPad, 64 << 20);
    }

    private static void SetUnlessSet(string name, string value) => _ = setenv(name, value, 0);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
