using System.Diagnostics;
using MicroLake.Tool.Workspace;
using Xunit;

namespace MicroLake.HostTests.Policies;

/// <summary>Policies compiled as a user does it.</summary>
internal static class PolicyClang
{
    private static readonly bool s_isThere = Exists();

    /// <summary>The object of a source file; the test is skipped where there is no clang that knows BPF.</summary>
    public static byte[] Compile(string source, string version = "v3", params string[] options)
    {
        if (!s_isThere)
            Assert.Skip("clang with the BPF target is not installed");
        string folder = Directory.CreateTempSubdirectory("microlake-policy").FullName;
        try
        {
            string result = Path.Combine(folder, "policy.bpf.o");
            (int status, string error) = Run(
                ["-O2", "-Wall", "-Werror", "-target", "bpf", $"-mcpu={version}", "-I", Include, .. options, "-c", source, "-o", result]);
            Assert.True(status == 0, error);
            return File.ReadAllBytes(result);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static byte[] CompileText(string text, string version = "v3", params string[] options)
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("microlake-policy").FullName, "policy.c");
        File.WriteAllText(file, text);
        try
        {
            return Compile(file, version, options);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    public static string Sample(string name) => Repository.PathOf($"samples/policies/{name}.c");

    private static string Include => Repository.PathOf("MicroLake.MLaaS/Policies/include");

    private static bool Exists()
    {
        try
        {
            return Run(["-target", "bpf", "-x", "c", "-c", "/dev/null", "-o", "/dev/null"]).Status == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static (int Status, string Error) Run(IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("clang", arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
