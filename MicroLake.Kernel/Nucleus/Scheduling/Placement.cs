using MicroLake.Nucleus.Arch.X64;

namespace MicroLake.Nucleus.Scheduling;

/// <summary>Where a thread that becomes ready should run.</summary>
internal static unsafe class Placement
{
    /// <summary>The processor that the thread ran on last if that is idle, else any idle one, else the last.</summary>
    public static PerCpu* Choose(PerCpu* last)
    {
        ulong idle = Processors.Idle;
        if (idle == 0 || (idle & (1ul << (int)last->Index)) != 0)
            return last;
        PerCpu* chosen = Processors.At(System.Numerics.BitOperations.TrailingZeroCount(idle));
        // The next one to be placed looks elsewhere.
        Processors.MarkBusy(chosen);
        return chosen;
    }
}
