namespace MicroLake.Tool;

/// <summary>What the tool's exit status means. A guest's own failure status (1 to 255) is passed on as it is.</summary>
public static class ExitCode
{
    public const int Success = 0;

    /// <summary>The verb failed on the host: bad options, a failed build, a missing package, failed tests.</summary>
    public const int Failure = 1;

    /// <summary>The guest's kernel panicked; the panic text is on standard error.</summary>
    public const int Panic = 3;

    /// <summary>The guest went away, or stayed, without telling a status.</summary>
    public const int NoStatus = 4;

    /// <summary>The guest was ended at <c>--timeout</c>, as timeout(1) reports it.</summary>
    public const int Timeout = 124;

    /// <summary>Ctrl-C or SIGTERM reached the tool, as a shell reports SIGINT.</summary>
    public const int Interrupted = 130;
}
