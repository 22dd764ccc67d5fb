using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Bench.Linux;

/// <summary>samples/HelloProcess as one static file for Linux, by the same compiler and runtime (<c>tests/Programs/HelloLinux</c>).</summary>
internal static class StaticProgram
{
    private static readonly DebianPackage[] s_compiler = [new("clang", "clang"), new("lld", "ld.lld"), new("libc6-dev", "/usr/lib/x86_64-linux-gnu/libc.a")];

    /// <exception cref="BenchException">It does not build.</exception>
    public static byte[] Build(string folder)
    {
        PackageInstaller.Ensure(s_compiler);
        string output = Path.Combine(folder, "hello");
        HostProgram.Run("dotnet", ["publish", Repository.PathOf("tests/Programs/HelloLinux"), "-c", "Release", "-o", output, "-nologo", "-v", "quiet"], folder);
        return File.ReadAllBytes(Path.Combine(output, "HelloLinux"));
    }
}
