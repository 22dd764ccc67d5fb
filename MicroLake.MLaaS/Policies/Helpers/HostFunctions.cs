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
    public static delegate* unmanaged<uint> CurrentProcessor => &ProcessorNumber;

    [UnmanagedCallersOnly]
    private static ulong Time() => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    [UnmanagedCallersOnly]
    private static ulong RandomBits() => (uint)Random.Shared.NextInt64();

    [UnmanagedCallersOnly]
    private static ulong Processor() => (uint)Thread.GetCurrentProcessorId();

    [UnmanagedCallersOnly]
    private static uint ProcessorNumber() => (uint)Thread.GetCurrentProcessorId();
}
