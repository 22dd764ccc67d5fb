using MicroLake.Abi;

namespace MicroLake.Hosting;

/// <summary>What the nucleus knows of the calling thread and .NET has no name for.</summary>
public static class CurrentThread
{
    public const int LowestPriority = 1;

    /// <summary>What every thread starts with.</summary>
    public const int DefaultPriority = 32;

    public const int HighestPriority = 63;

    /// <summary>
    /// Sets the scheduler's priority of the calling thread: of the threads that are ready, one of the highest priority runs, and one
    /// of a lower priority not before those have nothing to do. (<see cref="Thread.Priority"/> is kept by .NET on Unix, but has no effect.)
    /// </summary>
    /// <param name="priority">1 to 63.</param>
    /// <exception cref="ArgumentOutOfRangeException">The priority is outside its range.</exception>
    public static void SetPriority(int priority)
    {
        if (KernelCall.ThreadSetPriority(priority) != Status.Ok)
            throw new ArgumentOutOfRangeException(nameof(priority), priority, $"A priority is a number from {LowestPriority} to {HighestPriority}.");
    }
}
