using System.Text;
using MicroLake.Abi;
using MicroLake.Sdk;

namespace MicroLake.Hosting;

/// <summary>What the nucleus knows of the calling thread and .NET has no name for.</summary>
public static class CurrentThread
{
    public const int LowestPriority = 1;

    /// <summary>What every thread starts with.</summary>
    public const int DefaultPriority = 32;

    public const int HighestPriority = 63;

    /// <summary>The calling thread's number in <see cref="Inspection.Threads"/>.</summary>
    public static int Id => (int)(Ipc.CurrentThread & 0xffff);

    /// <summary>The priority at which the calling thread runs: its own, or a higher one that the caller of its service lends it.</summary>
    public static int Priority => KernelCall.ThreadPriority();

    /// <summary>
    /// Names the calling thread in <c>ps</c>, traces and panics; beyond 15 bytes of UTF-8 the name is cut. (<see cref="Thread.Name"/> is kept by .NET
    /// on Unix, but not told to the system.)
    /// </summary>
    public static unsafe void SetName(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        fixed (byte* start = bytes)
            _ = KernelCall.ThreadSetName(Ipc.CurrentThread, start, bytes.Length);
    }

    /// <summary>
    /// Sets the scheduler's priority of the calling thread. Above <see cref="DefaultPriority"/> threads are real-time: of those that are
    /// ready, one of the highest priority runs, and no other thread before it has nothing to do. Up to it they share the processors by
    /// weight, which doubles every three steps. (<see cref="Thread.Priority"/> is kept by .NET on Unix, but has no effect.)
    /// </summary>
    /// <param name="priority">1 to 63.</param>
    /// <exception cref="ArgumentOutOfRangeException">The priority is outside its range.</exception>
    public static void SetPriority(int priority)
    {
        if (KernelCall.ThreadSetPriority(priority) != Status.Ok)
            throw new ArgumentOutOfRangeException(nameof(priority), priority, $"A priority is a number from {LowestPriority} to {HighestPriority}.");
    }
}
