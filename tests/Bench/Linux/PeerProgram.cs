using System.Runtime.CompilerServices;
using MicroLake.Tool.Host;

namespace MicroLake.Bench.Linux;

/// <summary>The Linux guest's only program, compiled from <c>tests/Bench/peers</c> by the host's C compiler.</summary>
internal static class PeerProgram
{
    private const string BlasFolder = "/usr/lib/x86_64-linux-gnu/openblas-pthread";
    private const string BlasHeaders = "/usr/include/x86_64-linux-gnu/openblas-pthread";

    private static readonly DebianPackage[] s_compiler = [new("gcc", "gcc"), new("libc6-dev", "/usr/lib/x86_64-linux-gnu/libc.a")];

    private static readonly DebianPackage s_blas = new("libopenblas-pthread-dev", $"{BlasFolder}/libopenblas.a");

    /// <summary>
    /// Sums may be reordered so that they vectorise. Not -ffast-math, whose start-up code has denormals flushed to zero:
    /// the emulator then computes every operation in software.
    /// </summary>
    private static readonly string[] s_optimisation = ["-O3", "-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math", "-fno-math-errno"];

    private static readonly string[] s_sources = ["init.c", "runtime.c", "nucleus.c", "ipc.c", "process.c", "devices.c", "file.c", "blk.c", "swap.c", "infer.c"];

    /// <summary>The statically linked program. With BLAS it is large; a boot is measured without.</summary>
    /// <exception cref="BenchException">It does not compile.</exception>
    public static byte[] Compile(string folder, bool withBlas)
    {
        string sources = SourceFolder(), output = Path.Combine(folder, withBlas ? "peer-blas" : "peer");
        DateTime newest = Directory.GetFiles(sources).Max(File.GetLastWriteTimeUtc);
        if (!File.Exists(output) || File.GetLastWriteTimeUtc(output) < newest)
        {
            PackageInstaller.Ensure(withBlas ? [.. s_compiler, s_blas] : s_compiler);
            string[] blas = withBlas ? ["-DWITH_CBLAS", "-I" + BlasHeaders] : [], library = withBlas ? [$"{BlasFolder}/libopenblas.a"] : [];
            HostProgram.Run("gcc", [.. s_optimisation, "-static", "-pthread", "-s", .. blas, "-o", output, .. s_sources, .. library, "-lm"], sources);
        }
        return File.ReadAllBytes(output);
    }

    private static string SourceFolder([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(thisFile))!, "peers");
}
