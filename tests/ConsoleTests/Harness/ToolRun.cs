using System.Diagnostics;
using MicroLake.Tool.Workspace;

namespace MicroLake.ConsoleTests.Harness;

/// <summary>One start of <c>./build.sh</c>, as a user starts it.</summary>
/// <param name="Status">The exit status.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record ToolRun(int Status, string Output, string Error)
{
    private static readonly TimeSpan s_hangLimit = TimeSpan.FromMinutes(6);

    public static ToolRun Of(params string[] arguments) => WithInput(null, arguments);

    /// <param name="input">Standard input, or null for an empty one.</param>
    public static ToolRun WithInput(string? input, params string[] arguments)
    {
        ProcessStartInfo info = new(Repository.PathOf("build.sh"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(s_hangLimit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"./build.sh {string.Join(' ', arguments)} hung; standard error:\n{error.Result}");
        }
        return new ToolRun(process.ExitCode, output.Result, error.Result);
    }
}
