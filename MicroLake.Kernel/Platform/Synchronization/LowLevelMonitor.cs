using System.Runtime;
using MicroLake.Platform.Memory;
using MicroLake.Platform.Runtime;

namespace MicroLake.Platform.Synchronization;

/// <summary>SystemNative_LowLevelMonitor_*: what the managed wait subsystem and the thread pool sleep on.</summary>
internal static unsafe class LowLevelMonitor
{
    private struct Monitor
    {
        public Mutex Mutex;
        public ConditionVariable Condition;
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Create")]
    private static Monitor* Create()
    {
        var monitor = (Monitor*)Heap.Allocate((nuint)sizeof(Monitor));
        if (monitor != null)
            *monitor = default;
        return monitor;
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Destroy")]
    private static void Destroy(Monitor* monitor) => Heap.Free(monitor);

    [RuntimeExport("SystemNative_LowLevelMonitor_Acquire")]
    private static void Acquire(Monitor* monitor) => _ = Mutex.Lock(&monitor->Mutex);

    [RuntimeExport("SystemNative_LowLevelMonitor_Release")]
    private static void Release(Monitor* monitor) => _ = Mutex.Unlock(&monitor->Mutex);

    [RuntimeExport("SystemNative_LowLevelMonitor_Wait")]
    private static void Wait(Monitor* monitor) =>
        _ = ConditionVariable.WaitUntil(&monitor->Condition, &monitor->Mutex, ulong.MaxValue);

    /// <summary>1: signalled; 0: the time ran out.</summary>
    [RuntimeExport("SystemNative_LowLevelMonitor_TimedWait")]
    private static int TimedWait(Monitor* monitor, int milliseconds)
    {
        ulong deadline = milliseconds < 0
            ? ulong.MaxValue
            : KernelCall.ClockMonotonic() + (ulong)milliseconds * 1_000_000;
        return ConditionVariable.WaitUntil(&monitor->Condition, &monitor->Mutex, deadline) ? 1 : 0;
    }

    [RuntimeExport("SystemNative_LowLevelMonitor_Signal_Release")]
    private static void SignalRelease(Monitor* monitor)
    {
        _ = ConditionVariable.Signal(&monitor->Condition);
        _ = Mutex.Unlock(&monitor->Mutex);
    }
}
