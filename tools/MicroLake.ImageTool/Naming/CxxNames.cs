using System.ComponentModel;
using System.Diagnostics;

namespace MicroLake.ImageTool.Naming;

/// <summary>The runtime's C++ symbols, made readable by LLVM's demangler and shortened to the qualified name.</summary>
public static class CxxNames
{
    private const string Demangler = "llvm-cxxfilt";

    /// <summary>Readable names for those symbols that are C++; empty when the demangler is not installed.</summary>
    public static Dictionary<string, string> Demangle(IEnumerable<string> symbols)
    {
        string[] mangled = [.. symbols.Where(s => s.StartsWith("_Z", StringComparison.Ordinal)).Distinct()];
        var names = new Dictionary<string, string>();
        if (mangled.Length == 0 || Run(mangled) is not { } lines || lines.Length < mangled.Length)
            return names;
        for (int i = 0; i < mangled.Length; i++)
            names[mangled[i]] = WithoutParameters(lines[i]);
        return names;
    }

    /// <summary><c>WKS::gc_heap::mark_object(unsigned char*) const</c> is <c>WKS::gc_heap::mark_object</c>.</summary>
    public static string WithoutParameters(string name)
    {
        int depth = 0;
        for (int i = name.Length - 1; i > 0; i--)
        {
            if (name[i] == ')')
                depth++;
            else if (name[i] == '(' && --depth == 0)
                return name[i - 1] is ':' or ' ' ? name : name[..i];
        }
        return name;
    }

    private static string[]? Run(string[] mangled)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(Demangler) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            process.StandardInput.Write(string.Join('\n', mangled) + "\n");
            process.StandardInput.Close();
            string text = output.GetAwaiter().GetResult();
            process.WaitForExit();
            return process.ExitCode == 0 ? text.Split('\n') : null;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return null;
        }
    }
}
