using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MicroLake.Policies.Helpers;

/// <summary>What a process of an ordinary system offers to programs: for tools and tests.</summary>
public static unsafe class HostFunctions
{
    /// <summary>Time, random numbers and the processor.</summary>
    public static HelperAddresses Addresses { get; } = new()
    {
        Time = (nint)(delegate* unmanaged<ulong>)&Time,
        Random = (nint)(delegate* unmanaged<ulong>)&RandomBits,
        Processor = (nint)(delegate* unmanaged<ulong>)&Processor,
    };

    /// <summary>For the maps that each processor has its own of.</summary>
    public static nint CurrentProcessor => (nint)(delegate* unmanaged<uint>)&ProcessorNumber;

    /// <summary>Stands for a helper that is not there: programs that may call it are verified, and not run.</summary>
    public static nint Absent => (nint)(delegate* unmanaged<ulong>)&Time;

    [UnmanagedCallersOnly]
    private static ulong Time() => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    [UnmanagedCallersOnly]
    private static ulong RandomBits() => (uint)Random.Shared.NextInt64();

    [UnmanagedCallersOnly]
    private static ulong Processor() => (uint)Thread.GetCurrentProcessorId();

    [UnmanagedCallersOnly]
    private static uint ProcessorNumber() => (uint)Thread.GetCurrentProcessorId();
}
