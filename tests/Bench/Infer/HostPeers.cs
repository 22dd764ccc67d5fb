using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MicroLake.Bench.Linux;
using MicroLake.Bench.Report;
using MicroLake.Tool.Host;

namespace MicroLake.Bench.Infer;

/// <summary>OpenBLAS and oneDNN on the host: <c>tests/Bench/peers/host</c>, compiled for this processor.</summary>
internal sealed class HostPeers
{
    private const string BlasFolder = "/usr/lib/x86_64-linux-gnu/openblas-pthread";
    private const string BlasHeaders = "/usr/include/x86_64-linux-gnu/openblas-pthread";

    private static readonly DebianPackage[] s_packages =
    [
        new("g++", "g++"),
        new("libopenblas-pthread-dev", $"{BlasFolder}/libopenblas.so"),
        new("libdnnl-dev", "/usr/include/oneapi/dnnl/dnnl.hpp"),
    ];

    private static readonly Dictionary<string, string> s_oneThread = new() { ["OPENBLAS_NUM_THREADS"] = "1", ["OMP_NUM_THREADS"] = "1", ["DNNL_VERBOSE"] = "0" };

    private readonly string _program;

    /// <exception cref="BenchException">It does not compile.</exception>
    public HostPeers(string folder)
    {
        PackageInstaller.Ensure(s_packages);
        _program = Path.Combine(Directory.CreateDirectory(folder).FullName, "infer");
        HostProgram.Run("g++",
            ["-std=c++17", "-O3", "-march=native", "-I" + BlasHeaders, "-o", _program, Path.Combine(SourceFolder(), "infer.cc"),
                $"{BlasFolder}/libopenblas.so", "-Wl,-rpath," + BlasFolder, "-ldnnl"], folder);
    }

    /// <summary>Every network and batch, by each library, single thread.</summary>
    public IEnumerable<MeasuredLine> Measure(int samples, int microseconds)
    {
        List<MeasuredLine> measured = [.. Run(samples, microseconds, s_oneThread, "openblas", "onednn")];
        // On processors that it does not know OpenBLAS falls back to older kernels; those for AVX-512 are then asked for by name.
        if (Avx512F.IsSupported)
            measured.AddRange(Run(samples, microseconds, new(s_oneThread) { ["OPENBLAS_CORETYPE"] = "SkylakeX" }, "openblas-skylakex"));
        return measured;
    }

    private IReadOnlyList<MeasuredLine> Run(int samples, int microseconds, Dictionary<string, string> environment, params string[] libraries) =>
        FigureLines.Parse(HostProgram.Run(_program, [$"{samples}", $"{microseconds}", .. libraries], Path.GetDirectoryName(_program)!, environment));

    private static string SourceFolder([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(thisFile))!, "peers", "host");
}
