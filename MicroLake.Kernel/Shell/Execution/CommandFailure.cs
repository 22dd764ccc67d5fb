namespace MicroLake.Shell;

/// <summary>Turns what a command threw into one line that says what is wrong and what to do.</summary>
internal static class CommandFailure
{
    /// <summary>ENOSPC, which .NET keeps as the HResult of an IOException on Unix.</summary>
    private const int NoSpace = 28;

    /// <summary>EIO: a device or a server failed, which the log knows more about.</summary>
    private const int Failed = 5;

    public static CommandException From(Exception error, string command) => error switch
    {
        CommandException known => known,
        OperationCanceledException => new CommandException("stopped", "", CommandException.Interrupted),
        FileNotFoundException missing => new CommandException($"{command}: there is no file {Name(missing.FileName)}", "see ls for what is there"),
        DirectoryNotFoundException => new CommandException($"{command}: {OneLine(error.Message)}", "see ls for what is there"),
        UnauthorizedAccessException => new CommandException($"{command}: {OneLine(error.Message)}", "write to /tmp instead"),
        IOException full when full.HResult == NoSpace => new CommandException($"{command}: no room left", "remove files with rm"),
        IOException failed when failed.HResult == Failed => new CommandException($"{command}: {OneLine(error.Message)}", "see dmesg for what failed"),
        IOException => new CommandException($"{command}: {OneLine(error.Message)}", "check the path and what is mounted there"),
        OutOfMemoryException => new CommandException($"{command}: not enough memory", "free some (see mem) or start with more"),
        _ => new CommandException($"{command}: {error.GetType().Name}: {OneLine(error.Message)}", "this is a fault of the command; please report it with dmesg"),
    };

    private static string Name(string? path) => path is null ? "of that name" : $"'{Printable.Shorten(path)}'";

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
