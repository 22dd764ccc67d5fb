namespace MicroLake.Shell;

/// <summary>A command failed: what is wrong and what to do, in one line, and the status.</summary>
public sealed class CommandException(string what, string whatToDo, int status = CommandException.Failure)
    : Exception(whatToDo.Length == 0 ? what : what + ", " + whatToDo)
{
    /// <summary>It was tried and failed.</summary>
    public const int Failure = 1;

    /// <summary>It was called wrongly.</summary>
    public const int Usage = 2;

    /// <summary>There is no such command (as POSIX shells have it).</summary>
    public const int Unknown = 127;

    /// <summary>The user stopped it with Ctrl-C (128 and the number of SIGINT).</summary>
    public const int Interrupted = 130;

    public int Status { get; } = status;
}
