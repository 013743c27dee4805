using Kouyin.App.Commands;
using Kouyin.App.Doctor;

namespace Kouyin.App.Tests;

public sealed class DoctorTests
{
    private const string OldXeon =
        "model name\t: Xeon\nflags\t\t: fpu sse2 avx2\n\nmodel name\t: Xeon\nflags\t\t: sse2\n";
    private const string NewEpyc = "model name\t: EPYC 9\nflags\t\t: avx2 avx512f avx512bw avx512_bf16 amx_bf16\n";

    [Fact]
    public void The_processors_features_are_read_from_its_flags()
    {
        Assert.Equal("Xeon, 2 cores, AVX2", MachineChecks.Processor(OldXeon, 2).Value);
        Assert.Equal(
            "EPYC 9, 8 cores, AVX2, AVX-512, AVX-512 bf16, AMX bf16", MachineChecks.Processor(NewEpyc, 8).Value);
    }

    [Fact]
    public void Reference_blas_is_a_problem_with_its_cure()
    {
        Finding finding = EngineChecks.Blas(["/lib/libc.so.6", "/usr/lib/x/blas/libblas.so.3.11.0"], "");

        Assert.Equal(Verdict.Problem, finding.Verdict);
        Assert.Contains("libopenblas0-pthread", finding.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OpenBLAS", "/usr/lib/x/openblas-pthread/libblas.so.3")]
    [InlineData("OpenBLAS", "/usr/lib/x/openblas-pthread/libopenblasp-r0.3.21.so")]
    [InlineData("MKL", "/opt/intel/libmkl_core.so.2")]
    public void A_fast_blas_is_named(string name, string path)
    {
        Finding finding = EngineChecks.Blas([path, "/usr/lib/x/libblas.so.3"], "");

        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.StartsWith(name, finding.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blas_inside_libtorch_is_taken_from_its_own_words() =>
        Assert.Equal(Verdict.Ok, EngineChecks.Blas([], "BUILD: BLAS_INFO=mkl, BUILD_TYPE=Release").Verdict);

    [Fact]
    public void A_missing_library_is_a_problem_with_its_package()
    {
        Finding finding = LibraryChecks.Library("libnothing", "libnothing.so.7", "version", "libnothing7");

        Assert.Equal(Verdict.Problem, finding.Verdict);
        Assert.EndsWith(" libnothing7", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void No_voice_is_noted_and_voices_are_named()
    {
        Assert.Equal("lin, bo", LibraryChecks.Voices(["voices/lin", "voices/bo"]).Value);
        Assert.Equal(Verdict.Note, LibraryChecks.Voices([]).Verdict);
    }

    [Fact]
    public void Settings_of_the_launcher_are_shown_and_their_absence_noted()
    {
        Finding tuned = MachineChecks.Variables(name => name.StartsWith("OMP_", StringComparison.Ordinal) ? "x" : null);

        Assert.Equal((Verdict.Ok, "OMP_NUM_THREADS=x OMP_WAIT_POLICY=x"), (tuned.Verdict, tuned.Value));
        Assert.Equal(Verdict.Note, MachineChecks.Variables(_ => null).Verdict);
    }

    [Fact]
    public void A_problem_makes_the_exit_code_2_and_shows_its_fix()
    {
        using StringWriter output = new();

        int code = DoctorCommand.Report(
            output, [Finding.Ok("a", "fine"), new(Verdict.Problem, "long name", "bad", "cure")]);

        Assert.Equal(2, code);
        Assert.Equal(
            "ok       a          fine\nPROBLEM  long name  bad\n                    -> cure\n1 to put right.\n",
            output.ToString());
    }

    [Fact]
    public void On_this_machine_it_looks_at_everything()
    {
        FakeTerminal terminal = new();

        Assert.Equal(0, terminal.Run("doctor"));

        Assert.All(
            ["libtorch", "BLAS", "matrix product", "CUDA", "libsndfile", "libsoxr", "dictionary", "voices"],
            name => Assert.Contains(name, terminal.Out, StringComparison.Ordinal));
    }
}
