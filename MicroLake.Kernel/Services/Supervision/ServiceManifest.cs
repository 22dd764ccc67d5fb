using MicroLake.Abi;

namespace MicroLake.Services.Supervision;

/// <summary>What a service is and what it may use.</summary>
public sealed record ServiceManifest
{
    /// <summary>All of the most processors that there can be.</summary>
    public const int MostProcessorPercent = 6400;

    private const ulong PageBytes = 4096;

    /// <summary>By which clients find it: small letters, digits, hyphens and dots.</summary>
    public string Name { get; internal set; } = "";

    /// <summary>The program's file, beside the manifest if the path is relative.</summary>
    public string Program { get; internal set; } = "";

    public IReadOnlyList<string> Arguments { get; internal set; } = [];

    public int MemoryMiB { get; internal set; } = 64;

    public int Threads { get; internal set; } = 32;

    public int Handles { get; internal set; } = 256;

    /// <summary>Whether it sees the system's files.</summary>
    public bool Files { get; internal set; } = true;

    /// <summary>Whether its memory holds what clients rely on and no other program can take over: it is not replaced.</summary>
    public bool KeepsState { get; internal set; }

    /// <summary>Highest priority of its threads, 1 to 63.</summary>
    public int Priority { get; internal set; } = 32;

    /// <summary>The most processor time that its threads have together, in percent of one processor; 0: no limit.</summary>
    public int ProcessorPercent { get; internal set; }

    /// <summary>The group that its processes belong to, for which modules may decide; null: none.</summary>
    public string? Tenant { get; internal set; }

    public RestartRule Restart { get; internal set; } = RestartRule.OnFailure;

    /// <summary>Wait before the first restart, in milliseconds; each further one in a row waits twice as long.</summary>
    public int BackOffMilliseconds { get; internal set; } = 50;

    /// <summary>The longest wait before a restart, in milliseconds.</summary>
    public int MaxBackOffMilliseconds { get; internal set; } = 60_000;

    /// <summary>After so many failures in a row the service is given up.</summary>
    public int MaxFailures { get; internal set; } = 10;

    /// <summary>Channels to other services that it is started with.</summary>
    public IReadOnlyList<ServiceGrant> Grants { get; internal set; } = [];

    /// <summary>Names that it may look up by message while it runs (<see cref="NamePattern"/>).</summary>
    public IReadOnlyList<string> Lookups { get; internal set; } = [];

    public ProcessLimits Limits => new()
    {
        MemoryPages = ((ulong)MemoryMiB << 20) / PageBytes,
        Threads = (uint)Threads,
        Handles = (uint)Handles,
        HighestPriority = (uint)Priority,
        ProcessorPercent = (uint)ProcessorPercent,
    };

    /// <summary>Reads a manifest: a JSON object; every number has a range, and what is not known is refused.</summary>
    /// <exception cref="ManifestException">It is not one.</exception>
    public static ServiceManifest Read(ReadOnlySpan<byte> json) => ManifestReader.Read(json);
}
