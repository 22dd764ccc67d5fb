using System.ComponentModel;
using System.Diagnostics;

namespace MicroLake.Bench.Linux;

/// <summary>Runs a program of the host to its end.</summary>
internal static class HostProgram
{
    /// <summary>Returns its standard output. <paramref name="environment"/> is added to this process's.</summary>
    /// <exception cref="BenchException">It is not installed or fails.</exception>
    public static string Run(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
            foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
                start.Environment[name] = value;
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new BenchException($"'{program}' failed with status {process.ExitCode}: {error.Result.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new BenchException($"'{program}' does not start ({e.Message}); install it with: ./build.sh setup");
        }
    }
}
