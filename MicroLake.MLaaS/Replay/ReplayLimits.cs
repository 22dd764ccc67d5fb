namespace MicroLake.Replay;

/// <summary>How long a trace may be: it is held in memory, with what every policy notes of it.</summary>
public sealed class ReplayLimits
{
    /// <summary>On a host.</summary>
    public static ReplayLimits Host { get; } = new() { MaxJobs = 4 << 20, MaxAccesses = 32 << 20 };

    public required int MaxJobs { get; init; }

    public required int MaxAccesses { get; init; }

    /// <summary>For a machine with so much memory to spare; of each job and each access some hundred bytes are kept.</summary>
    public static ReplayLimits ForMemory(long bytes)
    {
        const int BytesEach = 256;
        int records = (int)Math.Clamp(bytes / BytesEach, 1000, Host.MaxJobs);
        return new() { MaxJobs = records, MaxAccesses = records };
    }
}
