using System.Runtime;
using System.Runtime.CompilerServices;
using MicroLake.Abi;

namespace MicroLake.Platform.Runtime;

/// <summary>
/// The kernel calls that this layer stands on. In the kernel's image the symbols are the nucleus itself; in a process
/// they are system calls. The source above them is the same.
/// </summary>
internal static unsafe class KernelCall
{
    [RuntimeImport("*", "mk_thread_create")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern uint ThreadCreate(ulong entry, ulong argument, ulong guardLow, ulong stackLow, ulong stackHigh, ulong fsBase);

    [RuntimeImport("*", "mk_thread_exit")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThreadExit(ulong releaseStart, ulong releaseLength);

    [RuntimeImport("*", "mk_thread_self")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern uint ThreadSelf();

    [RuntimeImport("*", "mk_thread_yield")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThreadYield();

    [RuntimeImport("*", "mk_thread_set_pointer")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThreadSetPointer(ulong fsBase);

    [RuntimeImport("*", "mk_thread_stack")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThreadStack(ulong* low, ulong* high);

    [RuntimeImport("*", "mk_thread_set_name")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status ThreadSetName(uint id, byte* name, int length);

    [RuntimeImport("*", "mk_thread_signal")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status ThreadSignal(uint id, int signal);

    [RuntimeImport("*", "mk_signal_set_handler")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong SignalSetHandler(int signal, ulong handler);

    [RuntimeImport("*", "mk_wait_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status WaitAddress(int* address, int expected, ulong deadline);

    [RuntimeImport("*", "mk_wake_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int WakeAddress(int* address, int count);

    [RuntimeImport("*", "mk_sleep_until")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void SleepUntil(ulong deadline);

    [RuntimeImport("*", "mk_memory_reserve")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status MemoryReserve(ulong length, ulong alignment, Protection protection, uint kind, ulong* start);

    [RuntimeImport("*", "mk_memory_replace")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status MemoryReplace(ulong start, ulong length, Protection protection);

    [RuntimeImport("*", "mk_memory_protect")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status MemoryProtect(ulong start, ulong length, Protection protection);

    [RuntimeImport("*", "mk_memory_release")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status MemoryRelease(ulong start, ulong length);

    [RuntimeImport("*", "mk_memory_discard")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern Status MemoryDiscard(ulong start, ulong length);

    [RuntimeImport("*", "mk_processor_count")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int ProcessorCount();

    [RuntimeImport("*", "mk_processor_current")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int ProcessorCurrent();

    [RuntimeImport("*", "mk_memory_barrier")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void MemoryBarrier();

    [RuntimeImport("*", "mk_memory_information")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void MemoryInformation(MemoryInformation* information);

    [RuntimeImport("*", "mk_clock_monotonic")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ulong ClockMonotonic();

    [RuntimeImport("*", "mk_clock_wall")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern long ClockWall();

    [RuntimeImport("*", "mk_log_write")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void LogWrite(byte* bytes, int length);

    [RuntimeImport("*", "mk_panic")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void Panic(byte* message, int length);

    /// <summary>Ends the program: a process ends, the kernel's own program turns the machine off. Does not return.</summary>
    [RuntimeImport("*", "mk_process_exit")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ProcessExit(int status);

    [RuntimeImport("*", "mk_random")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int Random(byte* buffer, int length);

    /// <summary>1: what passes through the console is for a program, not for a person.</summary>
    [RuntimeImport("*", "mk_console_is_raw")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int ConsoleIsRaw();
}
