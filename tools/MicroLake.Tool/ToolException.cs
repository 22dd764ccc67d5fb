namespace MicroLake.Tool;

/// <summary>A failure the user can act on: the message says what went wrong and what to do.</summary>
public sealed class ToolException(string message, int exitCode = ExitCode.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
