using MicroLake.Tool.Host;
using MicroLake.Tool.Workspace;

namespace MicroLake.Tool.Modules;

/// <summary>Policies in C become eBPF objects by clang.</summary>
internal static class PolicyCompiler
{
    private static readonly string s_include = Repository.PathOf("MicroLake.MLaaS/Policies/include");

    /// <summary>The object of a source file.</summary>
    /// <exception cref="ToolException">It is no C, or clang does not know BPF.</exception>
    public static byte[] Compile(string source)
    {
        PackageInstaller.Ensure(DebianPackage.ForPolicies);
        string result = Path.GetTempFileName();
        try
        {
            (int status, string output) = ChildProcess.Capture(
                "clang", ["-O2", "-Wall", "-target", "bpf", "-mcpu=v3", "-I", s_include, "-c", source, "-o", result]);
            Console.Error.Write(output);
            return status == 0 ? File.ReadAllBytes(result) : throw new ToolException($"{source} was not compiled; see clang's messages above");
        }
        finally
        {
            File.Delete(result);
        }
    }
}
