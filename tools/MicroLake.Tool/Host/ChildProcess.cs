using System.ComponentModel;
using System.Diagnostics;

namespace MicroLake.Tool.Host;

/// <summary>Runs a program to its end.</summary>
public static class ChildProcess
{
    /// <summary>Runs with this terminal's own input, output and error. Returns the exit status.</summary>
    public static int Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = Start(new ProcessStartInfo(program, arguments), environment);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Runs with standard output sent to standard error: progress that is not the verb's result.</summary>
    public static int RunToError(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo info = new(program, arguments) { RedirectStandardOutput = true };
        using Process process = Start(info, environment);
        using (Stream error = Console.OpenStandardError())
            process.StandardOutput.BaseStream.CopyTo(error);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Runs and collects standard output and error together. Returns the exit status and the text.</summary>
    public static (int Status, string Output) Capture(string program, IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo info = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Start(info, environment);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }

    /// <summary>Starts a program; a missing one is an error that names it.</summary>
    /// <exception cref="ToolException">The program cannot be started.</exception>
    public static Process Start(ProcessStartInfo info, IReadOnlyDictionary<string, string>? environment = null)
    {
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception failure)
        {
            throw new ToolException($"cannot start {info.FileName} ({failure.Message}); run ./build.sh setup");
        }
    }

    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
